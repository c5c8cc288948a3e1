import type { Command } from "commander";
import type { CommandTree } from "../../src/cli/command.ts";
import { type Specs, toSpecs } from "../../src/cli/completion/specs.ts";
import { topics } from "../../src/cli/help/topics.ts";
import { buildProgram, fillProgram } from "../../src/cli/program.ts";
import { createContext } from "../../src/cli/runtime.ts";
import { loadTree } from "../../src/cli/tree.ts";
import { index } from "../../src/commands/index.ts";
import { noKeyring } from "./keyring.ts";
import { memoryStreams } from "./streams.ts";

/** Every command, loaded. */
export function commandTree(): Promise<CommandTree> {
  return loadTree(index);
}

/** The same as completions and the manual write it. */
export async function commandSpecs(): Promise<Specs> {
  return toSpecs(await commandTree(), topics);
}

/** Commander with every command declared, for tests that parse and run nothing. */
export async function wholeProgram(): Promise<Command> {
  const { streams } = memoryStreams({});
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
  const program = buildProgram({ index, context, topics: [], writeHelp: () => {} });
  await fillProgram(program);
  return program;
}
