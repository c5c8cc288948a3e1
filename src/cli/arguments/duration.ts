import { usageError } from "../../errors.ts";
import { readDuration } from "../../model/duration.ts";

/** @throws {CliError} `usage` when it is not a duration */
export function parseDuration(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined) throw usageError(`"${text}" is not a duration`, "90s, 5m, 2h, 3d or 1w");
  return ms;
}
