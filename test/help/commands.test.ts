import { describe, expect, it } from "vitest";
import { type CommandSpec, readTree, walk } from "../../src/completion/tree.ts";
import { topics } from "../../src/help/topics.ts";
import { run } from "../support/harness.ts";
import { wholeProgram } from "../support/program.ts";

const tree = readTree(await wholeProgram(), topics);
const commands = walk(tree.root).filter(({ path }) => !path.startsWith("help "));
const leaves = commands.filter((command) => command.commands.length === 0 || command.name === "help");

describe("the help of every command", () => {
  it.each(leaves.map((command) => [command.path, command] as const))(
    "%s has a line for each option",
    async (path, command) => {
      // Wide enough that nothing is wrapped.
      const { code, stdout, stderr } = await run(`${path} --help`, { tty: 1000 });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      for (const { flags, details } of [...command.options, ...tree.globals]) {
        expect(details, flags).toMatch(/^\S.*\S$/);
        expect(
          stdout.split("\n").filter((line) => line.startsWith(`  ${flags} `) && line.endsWith(details)),
        ).toHaveLength(1);
      }
    },
  );

  it.each(leaves.map(({ path }) => path))("%s has examples that onduty understands", async (path) => {
    const { stdout } = await run(`${path} --help`, { tty: 1000 });
    const [, examples = ""] = /\nExamples:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    const own = examples.split("\n").flatMap(invocations);
    expect(own).not.toEqual([]);
    for (const words of own) check(words);
  });

  it.each(topics)("of the topic $name has examples that onduty understands", async ({ load }) => {
    const [, examples = ""] = /\nExamples:\n([\s\S]*)$/.exec(await load()) ?? [];
    for (const words of examples.split("\n").flatMap(invocations)) check(words);
  });
});

/** The words of each `onduty` in a line for a shell, without what is quoted. */
function invocations(line: string): string[][] {
  const bare = line.replaceAll(/"[^"]*"|'[^']*'/g, "QUOTED");
  const parts = bare.split(/&&|\|\||[|;]|\$\(|\)/).map((part) => part.replace(/[<>].*$/, "").trim());
  return parts.flatMap((part) => {
    const words = part.split(/\s+/);
    const at = words.indexOf("onduty");
    // What stands before may be a variable or another program that runs it.
    return at === -1 ? [] : [words.slice(at + 1)];
  });
}

/** Goes along an example, and stops at what the tree does not have. */
function check(words: string[]): void {
  let command: CommandSpec = tree.root;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") return;
    if (/^-./.test(word)) {
      const [flag, joined] = word.split("=");
      const option = [...command.options, ...tree.globals].find(({ short, long }) => long === flag || short === flag);
      expect(option, `${word} in: onduty ${words.join(" ")}`).toBeDefined();
      if (option?.value !== undefined && joined === undefined) index += 1;
    } else if (command.commands.length > 0 && command.name !== "help") {
      const next = command.commands.find(({ name, aliases }) => name === word || aliases.includes(word));
      expect(next, `${word} in: onduty ${words.join(" ")}`).toBeDefined();
      command = next ?? command;
    }
  }
}
