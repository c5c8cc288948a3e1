import { describe, expect, it } from "vitest";
import { runnable } from "../../../src/cli/completion/specs.ts";
import { topics } from "../../../src/cli/help/topics.ts";
import { ondutyLines, refusal } from "../../support/command-lines.ts";
import { type RunResult, run } from "../../support/harness.ts";
import { commandSpecs } from "../../support/program.ts";

const tree = await commandSpecs();
/** What GitHub puts into an example. */
const variables = { "job.status": "success" };
const leaves = tree.root.commands.flatMap(runnable);
const groups = tree.root.commands.filter(({ commands }) => commands.length > 0).map(({ path }) => path);

const shown = new Map<string, Promise<RunResult>>();

/** What `--help` of a command prints, wide enough that nothing is wrapped. It is read more than once. */
function helpOf(path: string): Promise<RunResult> {
  const result = shown.get(path) ?? run(`${path} --help`, { tty: 1000 });
  shown.set(path, result);
  return result;
}

describe("the help of every command", () => {
  it.each(leaves.map((command) => [command.path, command] as const))(
    "%s has a line for each option",
    async (path, command) => {
      const { code, stdout, stderr } = await helpOf(path);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/\n\nGlobal options: onduty help options\n$/);
      const lines = stdout.split("\n");
      for (const { flags, details } of command.options) {
        expect(details, flags).toMatch(/^\S.*\S$/);
        expect(lines.filter((line) => line.startsWith(`  ${flags} `) && line.endsWith(details))).toHaveLength(1);
      }
    },
  );

  it.each(["", ...groups, ...leaves.map(({ path }) => path)])(
    "`%s` fits 80 columns, but for commands",
    async (path) => {
      for (const tty of [80, false]) {
        const { stdout } = await run(`${path} --help`, { tty });
        const [explained = "", examples = ""] = stdout.split("\nExamples:\n");
        const after = examples.replace(/^( {2}.*\n)*/, "");
        expect(`${explained}${after}`.split("\n").filter((line) => line.length > 80)).toEqual([]);
      }
    },
  );

  it("keeps its lists where a text is broken", async () => {
    const { stdout } = await run("events notify --help", { tty: 60 });
    expect(stdout).toContain("\n  monit     the MONIT_... variables of a program that Monit\n            executes\n");
  });

  it("leads to the options of all commands, each with its text", async () => {
    const { stdout } = await run("help options");
    const text = stdout.replaceAll(/\s+/g, " ");
    const others = tree.globals.filter(({ flags }) => !flags.includes("--help"));
    for (const { flags, details } of others) expect(text).toContain(`${flags} ${details}`.replaceAll(/\s+/g, " "));
  });

  it.each(leaves.map(({ path }) => path))("%s has examples that onduty understands", async (path) => {
    const { stdout } = await helpOf(path);
    const [, examples = ""] = /\nExamples:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    const own = ondutyLines(examples, variables);
    expect(own).not.toEqual([]);
    for (const words of own) expect(await refusal(words)).toBeNull();
  });

  it.each(topics)("of the topic $name has examples that onduty understands", async ({ load }) => {
    const [, examples = ""] = /\nExamples:\n([\s\S]*)$/.exec(await load()) ?? [];
    for (const words of ondutyLines(examples, variables)) expect(await refusal(words)).toBeNull();
  });
});
