import type { Context } from "../context.ts";
import { sanitizeJson } from "../output/sanitize.ts";
import type { Delivery } from "./delivery.ts";

/**
 * Runs a command by the shell with a webhook as JSON on its standard input; what it prints is printed. `without` is kept from
 * its environment. Returns the problem, or null.
 */
export async function execute(
  ctx: Context,
  command: string,
  delivery: Delivery,
  { without }: { without: string },
): Promise<string | null> {
  const { spawn } = await import("node:child_process");
  const { [without]: _, ...env } = ctx.env;
  return new Promise((resolve) => {
    // In a group of its own: Ctrl-C at the terminal is for us, and what was accepted is finished.
    const child = spawn(command, { shell: true, env, stdio: "pipe", detached: process.platform !== "win32" });
    for (const [from, to] of [
      [child.stdout, ctx.streams.out],
      [child.stderr, ctx.streams.err],
    ] as const) {
      from.on("data", (chunk: Buffer) => {
        from.pause();
        void to.writeBytes(chunk).finally(() => from.resume());
      });
    }
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `killed by ${signal}`),
    );
    // A command may ignore its input.
    child.stdin.on("error", () => {});
    child.stdin.end(`${sanitizeJson(JSON.stringify(delivery))}\n`);
  });
}
