import { InvalidArgumentError } from "commander";
import { usageError } from "../../errors.ts";
import { readDuration } from "../../model/duration.ts";

/** @throws {CliError} `usage` when it is not a duration */
export function parseDuration(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined) throw usageError(`"${text}" is not a duration`, "90s, 5m, 2h, 3d or 1w");
  return ms;
}

/** Timers of Node hold 24 days, and those of several waits together; a longer one would end at once. */
const maxWaitMs = 7 * 86_400_000;

/** How long to wait, at most a week. @throws {CliError} `usage` when it is not a duration */
export function parseWait(text: string): number {
  return Math.min(parseDuration(text), maxWaitMs);
}

/** The same for what needs some time. @throws {InvalidArgumentError} when it is 0 */
export function parseTimeout(text: string): number {
  const ms = parseWait(text);
  if (ms <= 0) throw new InvalidArgumentError("Expected a duration above 0, such as 10s or 2m.");
  return ms;
}
