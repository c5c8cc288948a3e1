import type { Vendor } from "../context.ts";
import { unsupported } from "../errors.ts";
import type { Report } from "../model/incident.ts";
import { type Shift, shiftFields } from "../model/oncall.ts";
import type { Shape } from "../output/shape.ts";
import { momentText, shortClockTime } from "../output/time.ts";
import { nobodyOr } from "./on-call.ts";
import { pick, readDirectory } from "./resolve.ts";

/** How shifts are printed. @param tz zone of their times, that of this machine when left out */
export function shiftShape(tz?: string): Shape<Shift> {
  return {
    columns: [
      {
        header: "FROM",
        value: (row) => shiftTime(row.from, tz),
        narrow: (row, _, now) => shortClockTime(row.from, now, tz),
        pipe: (row) => row.from,
      },
      {
        header: "UNTIL",
        value: (row) => shiftTime(row.until, tz),
        narrow: (row, _, now) => shortClockTime(row.until, now, tz),
        pipe: (row) => row.until,
        leaves: 1,
      },
      {
        header: "ON CALL",
        value: (row) => [nobodyOr(row), ...(row.override === true ? ["(override)"] : [])].join(" "),
        narrow: (row) => nobodyOr(row),
        style: (text, row, color) => (row.gap ? color.red.bold(text) : text),
        cut: 1,
        main: true,
      },
    ],
    fields: shiftFields,
    parts: { schedule: ["schedule.id", "schedule.name", "schedule.timeZone"] },
    id: (row) => row.from,
    empty: "No shifts.",
  };
}

/** To the minute, with the weekday; the text itself when it is not a time. */
function shiftTime(iso: string, tz: string | undefined): string {
  return Number.isNaN(Date.parse(iso)) ? iso : momentText(new Date(iso), tz);
}

/** The shifts of several schedules. @param tz as above */
export function allShiftsShape(tz?: string): Shape<Shift> {
  const { columns, ...shape } = shiftShape(tz);
  return {
    ...shape,
    columns: [{ header: "SCHEDULE", value: (row) => row.schedule.name, cut: 2 }, ...columns],
    calendar: ({ schedule, from, until, provider, profile, ...shift }, before) => ({
      uid: `${provider}-${profile}-${schedule.id}-${uidPart({ from, until, ...shift }, before?.schedule.id === schedule.id)}@onduty`,
      from,
      until,
      summary: `${schedule.name}: ${nobodyOr(shift)}`,
    }),
  };
}

/** What stays the same of a shift whenever it is asked for. Of a gap that comes first this is its end: it begins with the question. */
function uidPart({ from, until, gap }: Pick<Shift, "from" | "until" | "gap">, hasBefore: boolean): string {
  return gap && !hasBefore ? `gap-${until}` : from;
}

/**
 * The shifts of the schedule that a word means, gaps included.
 *
 * @throws {CliError} `usage` if the vendor has no shifts, or several schedules match; `notFound` if none does
 */
export async function readShifts(
  vendor: Vendor<"directory">,
  word: string,
  span: { from: Date; until: Date },
): Promise<Report<Shift>> {
  const { provider, connection } = vendor;
  const { shifts, schedulePage } = provider;
  if (shifts === undefined && schedulePage === undefined)
    throw unsupported(provider.name, "shifts to show", "onduty oncall");
  const { id, name } = pick("schedule", word, await readDirectory(vendor, "schedules"));
  if (shifts === undefined)
    throw unsupported(provider.name, "shifts to show", `see ${schedulePage?.(connection, id) ?? ""}`);
  return shifts(connection, { id, name }, span);
}
