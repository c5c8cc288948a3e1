import { parseFutureTime } from "../../cli/arguments/point-in-time.ts";
import { defineCommand } from "../../cli/command.ts";
import { defineDirectoryShow } from "../../cli/families/directory.ts";
import { readLength } from "../../cli/families/shifts.ts";
import { flag, text, value } from "../../cli/options.ts";
import { readShifts, shiftShape } from "../../directory/shifts.ts";
import { list, partly } from "../../output/result.ts";
import { momentText } from "../../output/time.ts";

const weekMs = 7 * 86_400_000;

const schedule = defineDirectoryShow("schedules");

/** The error for options that only shifts have. */
const implies = { shifts: true };

export const show = defineCommand({
  ...schedule,
  options: {
    shifts: flag("who is on call when, gaps included, where the vendor supports it"),
    since: text("time", "first moment of the shifts", { defaultWord: "now", implies }),
    for: value("duration", "how long from there", readLength, { defaultWord: "7d", implies }),
  },
  outputWith: { shifts: shiftShape() },
  examples: [...schedule.examples, "onduty schedules show primary --shifts --for 14d"],
  check(options, args, ctx) {
    schedule.check?.(options, args, ctx);
    parseFutureTime(options.since, ctx.now(), options.tz);
  },
  async run(invocation) {
    const { ctx, args, options, printer, vendor } = invocation;
    if (options.shifts !== true) return (await schedule.run(invocation)) ?? undefined;
    const from = parseFutureTime(options.since, ctx.now(), options.tz);
    const span = { from, until: new Date(from.getTime() + (options.for ?? weekMs)) };
    const reading = readShifts(vendor, args.word.trim(), span);
    const { rows, unknown } = await printer.progress("asking for the shifts", reading);
    const { tz, since } = options;
    const window = `from ${momentText(from, tz)} until ${momentText(span.until, tz)}`;
    return list(rows, { shape: shiftShape(tz), ...(since !== undefined && { notices: [window] }), ...partly(unknown) });
  },
});
