import { readFileSync, writeFileSync } from "node:fs";
import { type Command, Help } from "commander";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../src/errors.ts";
import { wholeProgram } from "./support/program.ts";

const file = new URL("../README.md", import.meta.url).pathname;
const program = await wholeProgram();

/** The tree as the README shows it: a heading and a table for each command. `vitest -u` writes it. */
function reference(): string {
  const lines: string[] = [...table(program), ""];
  for (const command of leaves(program)) {
    const path = pathOf(command);
    lines.push(`### \`${path}${arguments_(command)}\``, "", `${command.description()}.`, "");
    const rows = table(command);
    if (rows.length > 0) lines.push(...rows, "");
  }
  return lines.join("\n").trim();
}

function table(command: Command): string[] {
  const options = new Help().visibleOptions(command).filter((option) => option.long !== "--help");
  if (options.length === 0) return [];
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    "| option | meaning |",
    "| --- | --- |",
    ...options.map((option) => `| \`${cell(option.flags)}\` | ${cell(new Help().optionDescription(option))} |`),
  ];
}

function leaves(command: Command): Command[] {
  return new Help()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help")
    .flatMap((child) => (child.commands.length > 0 ? leaves(child) : [child]));
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function arguments_(command: Command): string {
  return command.registeredArguments
    .map((one) => {
      const name = `${one.name()}${one.variadic ? "..." : ""}`;
      return one.required ? ` <${name}>` : ` [${name}]`;
    })
    .join("");
}

describe("the README", () => {
  const readme = readFileSync(file, "utf8");

  it("shows every command with its options", () => {
    const updated = readme.replace(
      /(<!-- reference -->\n)[\s\S]*(<!-- \/reference -->)/,
      (_, open: string, close: string) => `${open}\n${reference()}\n\n${close}`,
    );
    // What `vitest -u` is for: the reference is derived, never written by hand.
    if (process.argv.includes("-u") || process.env.UPDATE_README) writeFileSync(file, updated);
    else expect(readme).toBe(updated);
  });

  it("shows every exit code", () => {
    for (const [name, code] of Object.entries(ExitCode)) expect(readme).toContain(`| ${code} | ${name} |`);
  });
});

describe("every command", () => {
  it.each(leaves(program).map((command) => [pathOf(command), command] as const))(
    "%s has examples and exit codes in its help",
    (path, command) => {
      let text = "";
      command.configureOutput({ writeOut: (part) => (text += part) });
      command.outputHelp();
      expect(text).toContain("Examples:");
      expect(text).toMatch(/onduty /);
      expect(text).toContain("Exit codes:");
      expect(command.description(), path).not.toBe("");
    },
  );
});
