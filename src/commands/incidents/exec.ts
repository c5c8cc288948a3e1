import { spawn } from "node:child_process";
import type { Context } from "../../context.ts";

/**
 * Runs a command by the shell with a text on its standard input. Its output goes to stderr, or nowhere where a table stands.
 * Gives what went wrong, or null.
 */
export async function runWith(
  ctx: Context,
  command: string,
  text: string,
  { output }: { output: boolean },
): Promise<string | null> {
  return new Promise((resolve) => {
    const target = output ? "pipe" : "ignore";
    const child = spawn(command, { shell: true, env: { ...ctx.env }, stdio: ["pipe", target, target] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => void ctx.streams.err.writeBytes(chunk));
    const stop = (): void => void child.kill("SIGTERM");
    ctx.signal.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      ctx.signal.removeEventListener("abort", stop);
      resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `killed by ${signal}`);
    });
    // A command that reads nothing is no mistake.
    child.stdin?.on("error", () => {});
    child.stdin?.end(`${text}\n`);
  });
}
