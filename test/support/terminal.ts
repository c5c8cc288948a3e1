import { spawn as spawnTerminal } from "@lydell/node-pty";
import { launch } from "./process.ts";

/** Runs the real program in a pseudo-terminal; gives what the terminal got. `type` may answer what it has seen so far. */
export async function inTerminal(
  args: string[],
  env: Record<string, string>,
  columns = 80,
  type?: (text: string) => string | undefined,
  program: readonly [file: string, ...args: string[]] | string[] = launch,
): Promise<{ code: number; text: string }> {
  const [file = "", ...first] = program;
  const terminal = spawnTerminal(file, [...first, ...args], { cols: columns, rows: 24, env, name: "xterm-256color" });
  let text = "";
  terminal.onData((chunk) => {
    text += chunk;
    const answer = type?.(text);
    if (answer !== undefined) terminal.write(answer);
  });
  const code = await new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return { code, text };
}
