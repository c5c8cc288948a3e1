import type { Command } from "commander";
import { buildWholeProgram } from "../../src/cli/program.ts";
import { createContext } from "../../src/cli/runtime.ts";
import { noKeyring } from "./keyring.ts";
import { memoryStreams } from "./streams.ts";

/** The whole command tree, for tests that read it and run nothing. */
export function wholeProgram(): Promise<Command> {
  const { streams } = memoryStreams({});
  return buildWholeProgram(
    createContext({
      streams,
      env: {},
      signal: new AbortController().signal,
      takeSignals: () => () => {},
      home: "/nowhere",
      platform: "linux",
      keyring: noKeyring(),
      now: () => new Date(),
      prompt: async () => "",
    }),
  );
}
