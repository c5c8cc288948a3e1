import type { CalendarEvent } from "./calendar.ts";
import type { Color } from "./streams.ts";

export interface Column<Row> {
  header: string;
  /** Plain text at a terminal; null prints as `-`. `tz` is the zone of printed times. */
  value(row: Row, now: Date, tz?: string): string | null;
  /** Plain text in a pipe and in TSV, when it differs: full values, ISO times; null prints as nothing. */
  pipe?(row: Row): string | null;
  style?(text: string, row: Row, color: Color): string;
  /** Address that the cell leads to, in a terminal that knows links. */
  link?(row: Row): string | null;
  /** A shorter text for a terminal that is too narrow for the other; `rows` are all of the table. */
  narrow?(row: Row, rows: readonly Row[], now: Date, tz?: string): string | null;
  /** The column that is read first: it gets at least half of the width, as far as it needs that. */
  main?: true;
  /** Order in which columns are left out for the main one, 1 first. Absent: only from the right, when nothing else helps. */
  leaves?: number;
  /** Order in which columns are cut when the terminal is narrow, 1 first. Absent: never cut. */
  cut?: number;
}

/** The shape with the profile of each row in front, for rows of several. */
export function withProfileColumn<Row extends { profile: string }>(shape: Shape<Row>): Shape<Row> {
  return {
    ...shape,
    columns: [{ header: "PROFILE", value: (row) => row.profile, narrow: shortProfile }, ...shape.columns],
  };
}

/** Without what the names of all have in front in common: `…eu` of `prod-eu` beside `prod-us`. */
function shortProfile({ profile }: { profile: string }, rows: readonly { profile: string }[]): string {
  const [first = "", ...others] = new Set(rows.map((row) => row.profile));
  const common = first.split(/(?<=[-._])/).reduce((start, part) => {
    const longer = start + part;
    return others.every((name) => name.startsWith(longer) && name !== longer) ? longer : start;
  }, "");
  return others.length === 0 || common.length < 2 ? profile : `…${profile.slice(common.length)}`;
}

/** How rows of one kind are printed. */
export interface Shape<Row> {
  /** Of the table, from left to right; when even cutting does not help, columns are left out from the right. */
  columns: Column<Row>[];
  /** Names of the JSON fields, in order; what `--fields` accepts. */
  fields: readonly string[];
  /** In CSV without `--fields`, what stands for a field that is an object: `service.id` and `service.name` for `service`. */
  parts?: Readonly<Record<string, readonly string[]>>;
  /** Rows have other fields as well, which `--fields` takes. */
  anyField?: boolean;
  /** What `--quiet` prints of a row. */
  id?(row: Row): string;
  /** The row as an entry of a calendar, behind the row before it, for `--output ics`; absent where rows have no span. */
  calendar?(row: Row, before: Row | undefined): CalendarEvent;
  /** Printed on stderr for an empty list in table form, e.g. `No incidents match.` */
  empty?: string;
}
