import { defineCommand } from "../../cli/command.ts";
import { checkSchedules, scheduleWords, shiftsEnd, spanOf, spanOptions } from "../../cli/families/shifts.ts";
import { flag, ids, text } from "../../cli/options.ts";
import { readAllShifts } from "../../directory/all-shifts.ts";
import { onCallOf } from "../../directory/on-call.ts";
import { allShiftsShape } from "../../directory/shifts.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { list } from "../../output/result.ts";

export const shifts = defineCommand({
  name: "shifts",
  summary: "List who is on call when, gaps included",
  arguments: scheduleWords,
  options: {
    user: text("user", "only shifts of this person: id, e-mail address, name or me", { completes: ids("users", "me") }),
    ...spanOptions,
    exitStatus: flag("exit 9 when nobody is on call for a part of that time, 0 when somebody is for all of it"),
  },
  needs: "directory",
  lacks: "schedules",
  profiles: "several",
  output: allShiftsShape(),
  notes: `
Shifts that reach into the time are listed from their beginning to their end. --output ics is a calendar in UTC, with one
entry for each shift.`,
  examples: [
    "onduty schedules shifts",
    "onduty schedules shifts primary --for 14d",
    "onduty schedules shifts --user me --for 4w -o ics > on-call.ics",
    "onduty schedules shifts --for 2d --exit-status || echo 'a gap is ahead'",
  ],
  exitCodes: {
    ok: "listed",
    usage: "usage, or the vendor publishes no shifts",
    network: "no response",
    auth: "key",
    notFound: "no such schedule, or no shift in that time",
    partial: "some schedules could not be read",
    no: "--exit-status and there is a gap",
  },
  check(options, { schedules }, ctx) {
    checkSchedules(schedules);
    if (options.user?.trim() === "") throw usageError("--user names nobody", "--user me");
    if (options.exitStatus === true && options.user !== undefined)
      throw usageError(
        "--exit-status asks about gaps, and --user leaves them out",
        "onduty schedules shifts --exit-status",
      );
    spanOf(options, ctx);
  },
  async run({ ctx, args: { schedules }, options, printer, vendor }) {
    const span = spanOf(options, ctx);
    const reading = readAllShifts(vendor, schedules, span);
    const report = await printer.progress("asking for the shifts", reading);
    const { shifts: all } = report;
    const { user } = options;
    const rows = user === undefined ? all : await onCallOf(vendor, all, user);
    const end = shiftsEnd(report, allShiftsShape(options.tz), { rows, user });
    // Without a schedule nobody is on call at any time.
    const isGapAhead = options.exitStatus === true && (all.length === 0 || all.some(({ gap }) => gap));
    return list(rows, isGapAhead ? { ...end, failure: undefined, exitCode: ExitCode.no } : end);
  },
});
