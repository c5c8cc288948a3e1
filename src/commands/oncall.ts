import { parseFutureTime } from "../cli/arguments/point-in-time.ts";
import { defineCommand } from "../cli/command.ts";
import { readLength, shiftsEnd } from "../cli/families/shifts.ts";
import { flag, ids, optionalWords, text, value } from "../cli/options.ts";
import { requireCapability } from "../context.ts";
import { readAllShifts } from "../directory/all-shifts.ts";
import { askOnCall, nobodyOnCall, onCallOf, onCallShape } from "../directory/on-call.ts";
import { allShiftsShape } from "../directory/shifts.ts";
import { ExitCode, usageError } from "../errors.ts";
import { list } from "../output/result.ts";
import { momentText } from "../output/time.ts";

export const oncall = defineCommand({
  name: "oncall",
  summary: "Show who is on call, until when, and who is next",
  arguments: {
    schedules: optionalWords("schedule", "ids or names of schedules; without any, every one", {
      completes: ids("schedules"),
    }),
  },
  options: {
    user: text("user", "only schedules on which this person is on call: id, e-mail address, name or me", {
      completes: ids("users", "me"),
    }),
    at: text("time", "at another time than now, such as in 2h or tomorrow 09:00, where the vendor supports it"),
    for: value("duration", "the shifts of that time instead, where the vendor publishes them", readLength),
    exitStatus: flag("with --user: exit 0 when on call, 9 when not"),
  },
  needs: "onCall",
  profiles: "several",
  output: onCallShape,
  outputWith: { for: allShiftsShape() },
  examples: [
    "onduty oncall",
    "onduty oncall primary --json",
    'onduty oncall --at "tomorrow 09:00"',
    "onduty oncall --user me --for 14d",
    'onduty oncall --user me --exit-status && echo "it is me"',
  ],
  exitCodes: {
    ok: "shown",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "no such schedule, or with --for no shift in that time",
    partial: "some schedules could not be read",
    no: "--exit-status and not on call",
  },
  check(options, { schedules }, ctx) {
    const { user, exitStatus } = options;
    if (exitStatus === true && user === undefined)
      throw usageError(
        "--exit-status asks about one person: --user is missing",
        "onduty oncall --user me --exit-status",
      );
    if (exitStatus === true && options.for !== undefined)
      throw usageError(
        "--exit-status asks about one moment, and --for about a time",
        "onduty oncall --user me --for 14d",
      );
    if (schedules.some((word) => word.trim() === ""))
      throw usageError("the name of a schedule is empty", "onduty oncall");
    if (user?.trim() === "") throw usageError("--user names nobody", "--user me");
    parseFutureTime(options.at, ctx.now(), options.tz);
  },
  async run({ ctx, args: { schedules }, options, printer, vendor }) {
    const { user, exitStatus } = options;
    const at = parseFutureTime(options.at, ctx.now(), options.tz);
    if (options.for !== undefined) {
      const span = { from: at, until: new Date(at.getTime() + options.for) };
      const reading = readAllShifts(requireCapability(vendor, "directory", "schedules"), schedules, span);
      const report = await printer.progress("asking for the shifts", reading);
      const shifts = user === undefined ? report.shifts : await onCallOf(vendor, report.shifts, user);
      return list(shifts, shiftsEnd(report, allShiftsShape(options.tz), { rows: shifts, user }));
    }
    // Words such as "tomorrow" may be taken in another way than they were meant.
    const when = options.at === undefined ? undefined : `on ${momentText(at, options.tz)}`;
    const asking = askOnCall(vendor, { schedules, at });
    const { onCall, failure, unknown } = await printer.progress("asking who is on call", asking);
    const rows = user === undefined ? onCall : await onCallOf(vendor, onCall, user);
    const gaps = user === undefined ? rows.filter(({ gap }) => gap) : [];
    const isOnCall = exitStatus === true && rows.length > 0;
    return list(rows, {
      // Not for schedules that could not be read: the error names those.
      shape:
        failure === undefined ? { ...onCallShape, empty: nobodyOnCall(user, schedules, onCall, when) } : onCallShape,
      ...(when !== undefined && { notices: [when] }),
      warnings: [
        ...gaps.map(
          ({ schedule }) => `warning: nobody is on call on ${schedule.name}${when === undefined ? "" : ` ${when}`}`,
        ),
        ...unknown.map((line) => `warning: ${line}`),
      ],
      failure: isOnCall ? undefined : failure,
      exitCode: codeOf({ exitStatus, isOnCall, isKnown: unknown.length === 0 }),
    });
  },
});

/** What is not known makes an answer partial, but not a "yes" about one person. */
function codeOf({
  exitStatus,
  isOnCall,
  isKnown,
}: {
  exitStatus: boolean | undefined;
  isOnCall: boolean;
  isKnown: boolean;
}): ExitCode | undefined {
  if (exitStatus === true && isOnCall) return undefined;
  if (exitStatus === true && isKnown) return ExitCode.no;
  return isKnown ? undefined : ExitCode.partial;
}
