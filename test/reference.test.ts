import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandsOf } from "../src/cli/tree.ts";
import { ExitCode } from "../src/errors.ts";
import { commandTree } from "./support/program.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const commands = commandsOf(await commandTree());

describe("the README", () => {
  it("shows every exit code", () => {
    for (const [name, code] of Object.entries(ExitCode)) expect(readme).toContain(`| ${code} | ${name} |`);
  });
});

describe("every command", () => {
  it.each(commands.map(({ path, command }) => [path, command] as const))(
    "%s has a summary, examples and exit codes",
    (_, { summary, examples, exitCodes, foreignExitCodes = [] }) => {
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(examples.join("\n")).toMatch(/onduty /);
      expect(Object.keys(exitCodes).length + foreignExitCodes.length).toBeGreaterThan(0);
    },
  );
});
