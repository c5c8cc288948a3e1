import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

/** The program as it is installed; another build of it may be named. */
export const onduty = resolve(process.env.ONDUTY_BIN ?? new URL("../../bin/onduty.cjs", import.meta.url).pathname);

/** Command and first arguments that start `onduty`. */
export const launch: [file: string, ...args: string[]] = onduty.endsWith(".cjs")
  ? [process.execPath, onduty]
  : [onduty];

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * An environment with nothing in it but a home, and no looking for newer versions. What V8 has compiled is kept for all homes, as
 * it is there for a user who has run the program before.
 */
export function bareEnv(home: string, more: Record<string, string> = {}): Record<string, string> {
  const cache = join(tmpdir(), "cache");
  const settings = { TZ: "UTC", ONDUTY_NO_UPDATE_NOTICE: "1", XDG_CACHE_HOME: cache };
  return { PATH: process.env.PATH ?? "", HOME: home, ...settings, ...more };
}

/** Starts the real program; `ended` gives what it printed. It does not outlive the test. */
export function start(
  args: string[],
  env: Record<string, string>,
  stdin: string | null = null,
  cwd = process.cwd(),
  program: readonly string[] = launch,
) {
  const [file = "", ...first] = program;
  const child = spawn(file, [...first, ...args], { env, cwd, stdio: ["pipe", "pipe", "pipe"] });
  if (stdin !== null) child.stdin.write(stdin);
  child.stdin.end();
  child.stdin.on("error", () => {});
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  const ended = once(child, "close").then(
    ([code, signal]): Ended => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, ...text }),
  );
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return { child, ended };
}
