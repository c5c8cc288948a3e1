import { join } from "node:path";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";

/**
 * Does work on the spool.
 *
 * @throws {CliError} `failure` where its folder cannot be used, as when it is another user's
 */
export async function onSpool<T>(ctx: Pick<Context, "stateDir">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof CliError || typeof syscall !== "string") throw error;
    const dir = join(ctx.stateDir, "spool");
    throw new CliError("failure", `the spool "${dir}" cannot be used: ${message}`, {
      hint: "onduty doctor",
      cause: error,
    });
  }
}
