import { usageError } from "../../errors.ts";
import { parseTime } from "./point-in-time.ts";

/**
 * The span of `--since` and `--until`: without the one it ends now, without the other it begins `lengthMs` before its end.
 *
 * @throws {CliError} `usage` on times that nothing can lie between
 */
export function readPastSpan(
  { since, until, tz }: { since?: string; until?: string; tz?: string },
  now: Date,
  lengthMs: number,
): { since: Date; until: Date } {
  const end = until === undefined ? now : parseTime(until, now, tz);
  const begin = since === undefined ? new Date(end.getTime() - lengthMs) : parseTime(since, now, tz);
  if (begin >= end) throw usageError(`--since ${begin.toISOString()} is not before --until ${end.toISOString()}`);
  return { since: begin, until: end };
}
