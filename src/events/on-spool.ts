import { join } from "node:path";
import type { Context } from "../context.ts";
import { isNowhere } from "../disk/nowhere.ts";
import { CliError } from "../errors.ts";
import { placeHint } from "./no-place.ts";

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
    if (isNowhere(dir))
      throw new CliError("failure", "the spool has no place: this user has no home", { hint: placeHint, cause: error });
    throw new CliError("failure", `the spool "${dir}" cannot be used: ${message}`, {
      hint: "onduty doctor",
      cause: error,
    });
  }
}
