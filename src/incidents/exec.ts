import { spawn } from "node:child_process";
import { WorkQueue } from "../concurrency/work-queue.ts";
import type { Context } from "../context.ts";
import type { Change } from "./changes.ts";

/** Runs a command for each change, one after the other, while the watch goes on: a command that hangs must not hide new changes. */
export interface ExecQueue {
  add(changes: readonly Change[]): void;
  /** When all of them have run. */
  done(): Promise<void>;
}

/** @param onTrouble called when a command fails */
export function createExecQueue(
  ctx: Context,
  command: string,
  { output, onTrouble }: { output: boolean; onTrouble(trouble: string, profile: string): Promise<void> | void },
): ExecQueue {
  const queue = new WorkQueue<Change>({
    concurrency: 1,
    async work(change) {
      if (ctx.signal.aborted) return;
      const problem = await runWith(ctx, command, JSON.stringify(change), { output });
      if (problem !== null && !ctx.signal.aborted)
        await onTrouble(`--exec for ${change.incident.id}: ${problem}`, change.profile);
    },
  });
  return {
    add(changes) {
      for (const change of changes) queue.offer(change);
    },
    done: () => queue.idle(),
  };
}

/**
 * Runs a command by the shell with a text on its standard input. Its output goes to stderr, or nowhere where a table stands.
 * Returns the problem, or null.
 */
async function runWith(
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
    // A command that ignores the signal, or a child of it, must not delay the end.
    const stop = (): void => {
      child.kill("SIGTERM");
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
      resolve("interrupted");
    };
    ctx.signal.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      ctx.signal.removeEventListener("abort", stop);
      resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `killed by ${signal}`);
    });
    // A command may ignore its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(`${text}\n`);
  });
}
