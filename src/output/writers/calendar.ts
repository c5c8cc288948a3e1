import { usageError } from "../../errors.ts";
import type { PrinterOptions } from "../options.ts";
import { collect, type Writer } from "./writer.ts";

/** RFC 5545, for rows with a span such as shifts. */
export function createCalendarWriter({ streams: { out }, now }: PrinterOptions): Writer {
  const refuse = async (): Promise<void> => {
    throw usageError("--output ics is for shifts", "onduty schedules shifts --output ics");
  };
  return {
    async list(pages, { calendar }) {
      if (calendar === undefined) return refuse().then(() => 0);
      const rows = await collect(pages);
      const { toCalendar } = await import("../calendar.ts");
      // A calendar has at least one entry.
      const entries = rows.map((row, at) => calendar(row, rows[at - 1]));
      if (rows.length > 0) await out.write(toCalendar(entries, now().toISOString()));
      return rows.length;
    },
    object: refuse,
  };
}
