import type { Shift } from "../model/oncall.ts";
import type { ScheduleState, Span } from "../model/override.ts";
import type { Printer } from "../output/printer.ts";
import type { Shape } from "../output/shape.ts";
import { clockTime } from "../output/time.ts";
import { namesOf, overrideShape } from "./shape.ts";

interface Row {
  from: string;
  until: string;
  now: string;
  after: string;
}

const shape: Shape<Row> = {
  columns: [
    { header: "FROM", value: ({ from }, now, tz) => clockTime(from, now, tz) },
    { header: "UNTIL", value: ({ until }, now, tz) => clockTime(until, now, tz) },
    { header: "ON CALL NOW", value: ({ now }) => now, cut: 1 },
    { header: "ON CALL THEN", value: ({ after }) => after, cut: 2 },
  ],
  fields: ["from", "until", "now", "after"],
};

/** A table of who is on call in a span, and who would be; the overrides that are there stand below it. */
export async function changeText(
  printer: Printer,
  { schedule, shifts, overrides }: ScheduleState,
  span: Span,
  instead: (shift: Shift) => string,
): Promise<string> {
  const rows = shifts
    .filter((one) => Date.parse(one.from) < span.until.getTime() && Date.parse(one.until) > span.from.getTime())
    .map((one) => ({
      from: later(one.from, span.from.toISOString()),
      until: earlier(one.until, span.until.toISOString()),
      now: one.gap ? "NOBODY" : `${namesOf(one.users)}${one.override === true ? " (override)" : ""}`,
      after: instead(one),
    }));
  const table = await printer.render(rows, shape);
  const list = overrides.length === 0 ? "" : `\n\nOverrides:\n${await printer.render(overrides, overrideShape)}`;
  return `${schedule.name}:\n${table}${list}\n`;
}

function later(a: string, b: string): string {
  return Date.parse(a) > Date.parse(b) ? a : b;
}

function earlier(a: string, b: string): string {
  return Date.parse(a) < Date.parse(b) ? a : b;
}
