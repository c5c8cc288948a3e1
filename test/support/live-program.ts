import { spawn as spawnTerminal } from "@lydell/node-pty";
import { onTestFinished } from "vitest";
import { emulator } from "./emulator.ts";
import { type Live, type LiveOptions, looking } from "./live.ts";

/** Runs a program in a real pseudo-terminal. */
export function liveProgram(
  [file, ...args]: [string, ...string[]],
  env: Record<string, string>,
  { columns = 80, rows = 24, cwd = process.cwd() }: LiveOptions & { cwd?: string } = {},
): Live {
  const screen = emulator(columns, rows);
  const terminal = spawnTerminal(file, args, { cols: columns, rows, cwd, env: { ...env, TERM: "xterm-256color" } });
  let sent = "";
  terminal.onData((text) => {
    sent += text;
    screen.write(text);
  });
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  onTestFinished(async () => {
    terminal.kill("SIGKILL");
    await ended;
    screen.close();
  });
  return {
    ...looking(screen, () => sent),
    async press(...keys) {
      terminal.write(keys.join(""));
    },
    resize(wide, high) {
      screen.resize(wide, high);
      terminal.resize(wide, high);
    },
    ended,
  };
}
