import { isNowhere } from "../disk/nowhere.ts";
import type { CliError } from "../errors.ts";

/* What is printed where the spool keeps nothing. */

/** What to do about it. */
export const placeHint = "set ONDUTY_STATE_DIR to a folder that this user can write";

/** Whether this user can have a spool at all: without a home nothing is in it, ever. */
export function hasPlace({ stateDir }: { stateDir: string }): boolean {
  return !isNowhere(stateDir);
}

/** Why the spool in `dir` takes nothing: `this user has no home, ...`, or the file system's words. */
export function whyNotWritten(dir: string, error: unknown): string {
  if (isNowhere(dir)) return `this user has no home; ${placeHint}`;
  return error instanceof Error ? error.message : String(error);
}

/** The failure of an event that could neither be written nor sent. */
export function keptNowhere(error: CliError): CliError {
  // A bad key has a hint of its own, and has to be repaired first.
  const hint = error.kind === "auth" || error.reason === "keyForm" ? (error.hint ?? placeHint) : placeHint;
  return error.reworded(`${error.message}; the event is kept nowhere`, { hint });
}
