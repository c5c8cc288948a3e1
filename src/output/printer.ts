import type { Color } from "./streams.ts";

export const formats = ["table", "json", "ndjson", "csv", "tsv", "yaml"] as const;
export type Format = (typeof formats)[number];

export interface Column<Row> {
  header: string;
  /** Plain text at a terminal; null prints as `-`. */
  value(row: Row, now: Date): string | null;
  /** Plain text in a pipe and in TSV, when it differs: full values, ISO times; null prints as nothing. */
  pipe?(row: Row): string | null;
  style?(text: string, row: Row, color: Color): string;
  /** Order in which columns are cut when the terminal is narrow, 1 first. Absent: never cut. */
  cut?: number;
}

/** How rows of one kind are printed. */
export interface Shape<Row> {
  /** Of the table, from left to right; when even cutting does not help, columns are left out from the right. */
  columns: Column<Row>[];
  /** Names of the JSON fields, in order; what `--fields` accepts. */
  fields: readonly string[];
  /** What `--quiet` prints of a row. */
  id?(row: Row): string;
  /** Said on stderr for an empty list in table form, e.g. `No incidents match.` */
  empty?: string;
}

export interface Printer {
  readonly format: Format;
  readonly quiet: boolean;
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /**
   * Prints a list; streams page by page in `ndjson`, `csv`, `tsv`. Nothing is printed in `table`, `json` and `yaml` until
   * the last page has come, so that a failure never looks like an answer. Returns how many rows there were.
   */
  list<Row extends object>(pages: AsyncIterable<Row[]> | Iterable<Row[]>, shape: Shape<Row>): Promise<number>;
  /** Prints one object: JSON object, or field/value lines at a terminal. */
  object<Row extends object>(row: Row, shape: Shape<Row>): Promise<void>;
  /** A finished line (or lines) of text on stdout, made safe; for what is not a list or object. */
  text(line: string): Promise<void>;
  /** On stderr, unless `--quiet`. */
  notice(text: string): Promise<void>;
  /** On stderr, also with `--quiet`: what the user must not miss. */
  warn(text: string): Promise<void>;
  /** A spinner on stderr while `work` runs, only at a terminal and only after 300 ms. */
  progress<T>(text: string, work: Promise<T>): Promise<T>;
}
