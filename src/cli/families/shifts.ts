import { InvalidArgumentError } from "commander";
import type { Context } from "../../context.ts";
import type { ShiftsReport } from "../../directory/all-shifts.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { readDuration } from "../../model/duration.ts";
import type { Shift } from "../../model/oncall.ts";
import type { ResultEnd } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";
import { parseFutureTime } from "../arguments/point-in-time.ts";
import { ids, optionalWords, text, value } from "../options.ts";

/* What commands on shifts share. */

const weekMs = 7 * 86_400_000;

export const scheduleWords = {
  schedules: optionalWords("schedule", "ids or names of schedules; without any, every one", {
    completes: ids("schedules"),
  }),
};

export const spanOptions = {
  since: text("time", "first moment", { defaultWord: "now" }),
  for: value("duration", "how long from there", readLength, { defaultWord: "7d" }),
};

/** @throws {CliError} `usage` on an empty name of a schedule */
export function checkSchedules(schedules: readonly string[]): void {
  if (schedules.some((word) => word.trim() === ""))
    throw usageError("the name of a schedule is empty", "onduty schedules list");
}

/** @throws {CliError} `usage` on what is no time */
export function spanOf(
  { since, tz, for: length }: { since?: string; tz?: string; for?: number },
  ctx: Context,
): { from: Date; until: Date } {
  const from = parseFutureTime(since, ctx.now(), tz);
  return { from, until: new Date(from.getTime() + (length ?? weekMs)) };
}

/** Milliseconds. @throws {InvalidArgumentError} */
export function readLength(given: string): number {
  const ms = readDuration(given);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Expected a duration above 0, such as 24h or 7d.");
  return ms;
}

/** How a list of shifts ends: with what could not be read, or, where nothing is listed, with the reason. */
export function shiftsEnd(
  { shifts, failure, unknown }: ShiftsReport,
  shape: Shape<Shift>,
  { rows = shifts, user }: { rows?: readonly Shift[]; user?: string | undefined } = {},
): ResultEnd & { shape: Shape<Shift> } {
  const isNone = rows.length === 0 && failure === undefined;
  return {
    shape: { ...shape, empty: emptyText(shifts, user) },
    warnings: unknown.map((line) => `warning: ${line}`),
    failure,
    exitCode: unknown.length > 0 ? ExitCode.partial : isNone ? ExitCode.notFound : undefined,
  };
}

/** A schedule without shifts has gaps: only without any schedule there is nothing at all. */
function emptyText(shifts: readonly Shift[], user: string | undefined): string {
  if (shifts.length === 0 || user === undefined) return "No schedules.";
  return `${user === "me" ? "You are" : `${user} is`} not on call in that time.`;
}
