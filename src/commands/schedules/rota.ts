import { defineCommand } from "../../cli/command.ts";
import { readMe } from "../../cli/families/me.ts";
import { checkSchedules, scheduleWords, shiftsEnd, spanOf, spanOptions } from "../../cli/families/shifts.ts";
import { readAllShifts } from "../../directory/all-shifts.ts";
import { rotaText } from "../../directory/rota.ts";
import { allShiftsShape } from "../../directory/shifts.ts";
import { loadColor, useColor } from "../../output/color.ts";
import { list } from "../../output/result.ts";

export const rota = defineCommand({
  name: "rota",
  summary: "Draw who is on call over days, one line for each schedule",
  arguments: scheduleWords,
  options: spanOptions,
  needs: "directory",
  lacks: "schedules",
  profiles: "several",
  output: allShiftsShape(),
  notes: `
At a terminal a letter stands for a person, and a point for a time at which nobody is on call. Days and hours are those of
--tz. In a pipe it lists the shifts, as \`onduty schedules shifts\` does.`,
  examples: ["onduty schedules rota", "onduty schedules rota primary --for 14d --tz Europe/Berlin"],
  exitCodes: {
    ok: "drawn",
    usage: "usage, or the vendor publishes no shifts",
    network: "no response",
    auth: "key",
    notFound: "no such schedule, or none at all",
    partial: "some schedules could not be read",
  },
  check(options, { schedules }, ctx) {
    checkSchedules(schedules);
    spanOf(options, ctx);
  },
  async run({ ctx, args: { schedules }, options, printer, vendor }) {
    const span = spanOf(options, ctx);
    const reading = readAllShifts(vendor, schedules, span);
    const report = await printer.progress("asking for the shifts", reading);
    return list(report.shifts, {
      ...shiftsEnd(report, allShiftsShape(options.tz)),
      drawn: async (rows) =>
        rotaText(rows, {
          ...span,
          width: ctx.streams.out.columns,
          now: ctx.now(),
          tz: options.tz,
          color: useColor({ color: options.color, env: ctx.env, isTTY: true }) ? await loadColor() : undefined,
          isMe: await readMe(ctx),
        }),
    });
  },
});
