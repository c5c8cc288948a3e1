import { describe, expect, it } from "vitest";
import { type AnyCommand, defineCommand } from "../../src/cli/command.ts";
import { bashCompletion } from "../../src/cli/completion/bash.ts";
import { toSpecs } from "../../src/cli/completion/specs.ts";
import { findCommand } from "../../src/cli/find-command.ts";
import { describeProgram, runnableOf } from "../../src/cli/help/describe.ts";
import { manuals } from "../../src/cli/help/man.ts";
import { reference } from "../../src/cli/help/reference.ts";
import { toolsOf } from "../../src/cli/mcp/tools.ts";
import { optionalWords, text } from "../../src/cli/options.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { createContext } from "../../src/cli/runtime.ts";
import { type CommandIndex, commandsOf, type Entry, loadTree } from "../../src/cli/tree.ts";
import { CliError, ExitCode } from "../../src/errors.ts";
import { noKeyring } from "../support/keyring.ts";
import { memoryStreams } from "../support/streams.ts";

/* A tree of three levels, with a command that has others below it. */

function leaf(name: string, ran: string[], words = name): AnyCommand {
  return defineCommand({
    name,
    summary: `Do ${words}`,
    arguments: { rest: optionalWords("thing", "things") },
    options: { for: text("time", "how long") },
    examples: [`onduty ${words}`],
    exitCodes: { ok: "done" },
    async run({ args, options }) {
      ran.push(`${words}(${[...args.rest, ...(options.for === undefined ? [] : [`for ${options.for}`])].join(", ")})`);
    },
  });
}

const entry = (command: AnyCommand): Entry & { load(): Promise<AnyCommand> } => ({
  name: command.name,
  aliases: command.aliases ?? [],
  summary: command.summary,
  load: async () => command,
});

function treeOf(ran: string[]): CommandIndex {
  const override: Entry = {
    name: "override",
    aliases: ["overrides"],
    summary: "Work on overrides",
    commands: [
      entry(leaf("add", ran, "schedules override add")),
      entry(leaf("remove", ran, "schedules override remove")),
    ],
  };
  const schedules: Entry = {
    name: "schedules",
    aliases: [],
    summary: "Work on schedules",
    commands: [entry(leaf("list", ran, "schedules list")), override],
  };
  const oncall: Entry = {
    ...entry(leaf("oncall", ran)),
    commands: [entry(leaf("take", ran, "oncall take"))],
  };
  return { summary: "A program", entries: [schedules, oncall] };
}

async function play(
  line: string,
): Promise<{ ran: string[]; help: string; stderr: string; code: number; error?: CliError }> {
  const ran: string[] = [];
  const { streams, stderr } = memoryStreams({});
  const context = createContext({
    streams,
    env: {},
    signal: new AbortController().signal,
    takeSignals: () => () => {},
    home: "/nowhere",
    platform: "linux",
    keyring: noKeyring(),
    now: () => new Date(),
    prompt: async () => "",
  });
  let help = "";
  const words = line.split(" ");
  const program = buildProgram({
    index: treeOf(ran),
    words,
    context,
    topics: ["exit-codes"],
    writeHelp(shown) {
      help += shown;
    },
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CliError) return { ran, help, stderr: stderr(), code: error.exitCode, error };
    if ((error as { exitCode?: number }).exitCode !== 0) throw error;
  }
  return { ran, help, stderr: stderr(), code: context.exitCode };
}

describe("a command two words below the program", () => {
  it.each([
    ["schedules list", "schedules list()"],
    ["schedules override add a b --for 2h", "schedules override add(a, b, for 2h)"],
    ["schedules --json overrides remove a", "schedules override remove(a)"],
  ])("`%s` runs", async (line, expected) => {
    expect((await play(line)).ran).toEqual([expected]);
  });

  it("is named by the help of its family, which is exit 2 where the verb is missing", async () => {
    const { code, stderr, ran } = await play("schedules override");
    expect({ code, ran }).toEqual({ code: ExitCode.usage, ran: [] });
    expect(stderr).toMatch(/^Usage: onduty schedules override\|overrides \[options\] \[command\]\n/);
    expect(stderr).toMatch(/\n {2}add .*\n {2}remove /);
    expect((await play("schedules override --help")).help).toContain("add [options] [thing...]");
    expect((await play("schedules --help")).help).toContain("override|overrides");
  });

  it("is missing as an error where JSON is asked for", async () => {
    const { error } = await play("schedules override --json");
    expect(error?.message).toBe('"onduty schedules override" needs a command: add, remove');
  });

  it.each([
    ["schedules override ad", '"onduty schedules override" has no command "ad"', "onduty schedules override add"],
    [
      "schedules override ad --help",
      '"onduty schedules override" has no command "ad"',
      "onduty schedules override add",
    ],
    ["schedules add", '"onduty schedules" has no command "add"', "onduty schedules override add"],
    ["remove", '"onduty" has no command "remove"', "onduty schedules override remove"],
    ["override add", '"onduty" has no command "override"', "onduty schedules override"],
  ])("is looked up for `%s`", async (line, message, hint) => {
    const { error } = await play(line);
    expect(error).toMatchObject({ exitCode: ExitCode.usage, message, hint });
  });
});

describe("a command with commands below it", () => {
  it.each([
    ["oncall", "oncall()"],
    ["oncall primary take", "oncall(primary, take)"],
    ["oncall --for 2h", "oncall(for 2h)"],
    ["oncall take", "oncall take()"],
    ["oncall take primary --for 2h", "oncall take(primary, for 2h)"],
    ["oncall --json take --for 2h", "oncall take(for 2h)"],
  ])("`%s` runs", async (line, expected) => {
    expect((await play(line)).ran).toEqual([expected]);
  });

  it("shows both in its help", async () => {
    const { help } = await play("oncall --help");
    expect(help).toContain("--for <time>");
    expect(help).toMatch(/\nCommands:\n {2}take \[options\] \[thing...\]/);
    expect((await play("oncall take --help")).help).toMatch(/^Usage: onduty oncall take/);
  });
});

describe("what is made from such a tree", async () => {
  const tree = await loadTree(treeOf([]));
  const paths = ["schedules list", "schedules override add", "schedules override remove", "oncall", "oncall take"];

  it("has every command once", async () => {
    expect(commandsOf(tree).map(({ path }) => path)).toEqual(paths);
    expect(runnableOf((await describeProgram(tree, [])).commands).map(({ command }) => command)).toEqual(paths);
    expect((await toolsOf(tree)).map(({ name }) => name)).toEqual(paths.map((path) => path.replaceAll(" ", "_")));
    for (const path of paths) {
      expect(findCommand(tree, path.split(" "), [])[1]).toBe(path);
      expect(reference(tree).split("\n")).toContain(`## onduty ${path}`);
      expect([...(await manuals(tree)).values()].join("\n").split("\n")).toContain(`.SS "onduty ${path} [thing...]"`);
    }
    expect(bashCompletion(toSpecs(tree, []))).toContain("'schedules override/add') at='schedules override add'");
  });

  it("describes a family inside a family", async () => {
    const [schedules] = (await describeProgram(tree, [])).commands;
    expect(schedules).toMatchObject({
      command: "schedules",
      commands: [
        { command: "schedules list" },
        { command: "schedules override", commands: [{ command: "schedules override add" }, {}] },
      ],
    });
  });
});
