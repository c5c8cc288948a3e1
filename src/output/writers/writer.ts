import { selectFields } from "../fields.ts";
import type { PrinterOptions } from "../options.ts";
import type { Shape } from "../shape.ts";
import type { OutputStream } from "../streams.ts";

/** Rows page by page. */
export type Pages<Row> = AsyncIterable<Row[]> | Iterable<Row[]>;

/** How one format is written; see `Printer` for what each of these promises. */
export interface Writer {
  /** Returns how many rows there were. */
  list<Row extends object>(pages: Pages<Row>, shape: Shape<Row>): Promise<number>;
  /** Absent: as `list` does. */
  stream?<Row extends object>(
    pages: AsyncIterable<Row[]>,
    shape: Shape<Row>,
    line: (row: Row) => string,
  ): Promise<number>;
  object<Row extends object>(row: Row, shape: Shape<Row>): Promise<void>;
  /** Absent in a format of rows and columns. */
  readonly values?: ValueWriter;
}

/** How values are written that are not known to be rows. */
export interface ValueWriter {
  value(value: unknown): Promise<void>;
  /** JSON text from elsewhere, such as a response. */
  jsonText(text: string): Promise<void>;
}

/** Writes page after page, and stops when the reader closes. Returns the number of rows. */
export async function writePages<Row>(
  out: OutputStream,
  pages: Pages<Row>,
  toText: (rows: Row[]) => string | Promise<string>,
): Promise<number> {
  let count = 0;
  for await (const rows of pages) {
    count += rows.length;
    if (rows.length > 0) await out.write(await toText(rows));
    if (out.closed) break;
  }
  return count;
}

/** All rows of all pages. */
export async function collect<Row>(pages: Pages<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of pages) all.push(...rows);
  return all;
}

/** What is printed of a row: all of it, or what `--fields` names. */
export function pickFields({ fields }: PrinterOptions, row: object): object {
  return fields === undefined ? row : selectFields(row, fields);
}

export function pickAll(options: PrinterOptions, rows: readonly object[]): readonly object[] {
  return options.fields === undefined ? rows : rows.map((row) => pickFields(options, row));
}

/** Rows that are made at once: their text stands in memory beside that of all. */
const rowsAtOnce = 25;

/** Each row as JSON, with `between` between them. */
export function jsonRows(rows: readonly unknown[], between: string): string {
  const texts: string[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    texts.push(...rowTexts(rows.slice(from, from + rowsAtOnce)));
  return texts.join(between);
}

/** A number that hardly any row has in it. */
const mark = Number.MIN_VALUE;

/**
 * The texts of some rows, which are made at once, with a mark behind each: that takes half the time of one row after the other.
 * Where a row has something like the mark in it they are made one by one.
 */
function rowTexts(rows: readonly unknown[]): string[] {
  const text = JSON.stringify(rows.flatMap((row) => [row, mark]));
  const texts = text.slice("[".length, -`,${mark}]`.length).split(`,${mark},`);
  return texts.length === rows.length ? texts : rows.map((row) => JSON.stringify(row));
}
