import { usageError } from "../errors.ts";
import { loadColor, useColor, wantsColor } from "./color.ts";
import { checkFields } from "./fields.ts";
import { notice, warn } from "./notice.ts";
import { type Format, isJsonAsked, type PrinterOptions } from "./options.ts";
import { sanitize } from "./sanitize.ts";
import type { Shape } from "./shape.ts";
import { spin, type Work } from "./spinner.ts";
import { createCalendarWriter } from "./writers/calendar.ts";
import { createCsvWriter } from "./writers/csv.ts";
import { createIdWriter } from "./writers/ids.ts";
import { createJsonWriter } from "./writers/json.ts";
import { createMarkdownWriter } from "./writers/markdown.ts";
import { createNdjsonWriter } from "./writers/ndjson.ts";
import { createTableWriter, describeObject } from "./writers/table.ts";
import { createTsvWriter } from "./writers/tsv.ts";
import type { ValueWriter, Writer } from "./writers/writer.ts";
import { createYamlWriter } from "./writers/yaml.ts";

export interface Printer {
  readonly format: Format;
  readonly quiet: boolean;
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** @throws {CliError} `usage` when `--fields` names what rows of this kind do not have; to be called before any request */
  check(shape: Pick<Shape<never>, "fields" | "anyField" | "calendar">): void;
  /**
   * Prints a list; streams page by page in `ndjson`, `csv`, `tsv`. Nothing is printed in `table`, `json` and `yaml` until
   * the last page has come, so that a failure never looks like a result. Returns how many rows there were.
   */
  list<Row extends object>(pages: AsyncIterable<Row[]> | Iterable<Row[]>, shape: Shape<Row>): Promise<number>;
  /**
   * Prints rows as they come, in any format, for work that reports as it goes: rows that were printed hold even when the rest
   * fails. At a terminal each is the text that `line` makes of it.
   */
  stream<Row extends object>(
    pages: AsyncIterable<Row[]>,
    shape: Shape<Row>,
    line: (row: Row) => string,
  ): Promise<number>;
  /** Rows as the table a terminal gets, for a question about them; as wide as stderr when no `width` is given. */
  render<Row extends object>(
    rows: Row[],
    shape: Shape<Row>,
    options?: { color: boolean; width?: number },
  ): Promise<string>;
  /** An object as the lines a terminal gets. */
  describe<Row extends object>(row: Row, shape: Shape<Row>): string;
  /** Prints one object: JSON object, or field/value lines at a terminal. */
  object<Row extends object>(row: Row, shape: Shape<Row>): Promise<void>;
  /** Prints any JSON value. @throws {CliError} `usage` in a format of rows and columns */
  value(value: unknown): Promise<void>;
  /**
   * Prints JSON text from elsewhere: unchanged in a pipe, indented and made safe at a terminal. Long numbers
   * stay unchanged.
   *
   * @throws {CliError} `usage` in a format of rows and columns
   */
  jsonText(text: string): Promise<void>;
  /** @throws {CliError} `usage` where `value` and `jsonText` would; to be called before any request */
  checkValue(): void;
  /** A finished line (or lines) of text on stdout, made safe; for what is not a list or object. */
  text(line: string): Promise<void>;
  /** Finished lines on stdout, unchanged: what they hold from elsewhere is safe already, and they may have colors. */
  drawn(lines: string): Promise<void>;
  /** One line on stderr, unless `--quiet`; line breaks in a vendor's text become blanks. */
  notice(text: string): Promise<void>;
  /** The same, also with `--quiet`: what the user must not miss. */
  warn(text: string): Promise<void>;
  /** Text of several lines on stderr, such as a table for a question. */
  warnLines(text: string): Promise<void>;
  /** Takes how much of a list was printed, where somebody needs it as data: its notices are for people. */
  listed?(listing: Listing): void;
  /**
   * A spinner on stderr while `work` runs, only at a terminal and only after 300 ms. Work that is a function is given
   * one that changes the text.
   */
  progress<T>(text: string, work: Work<T>): Promise<T>;
}

/** How much of a list was printed. */
export interface Listing {
  /** Rows that match; absent when the vendor does not count them. */
  total?: number | undefined;
  /** There are more rows than the limit. */
  more: boolean;
  /** Why rows may be missing; absent where all are known. */
  truncated?: string | undefined;
}

const writers: Record<Format, (options: PrinterOptions) => Writer> = {
  table: createTableWriter,
  json: createJsonWriter,
  ndjson: createNdjsonWriter,
  csv: createCsvWriter,
  tsv: createTsvWriter,
  yaml: createYamlWriter,
  markdown: createMarkdownWriter,
  ics: createCalendarWriter,
};

function createWriter(options: PrinterOptions): Writer {
  const writer = writers[options.format](options);
  const idsOnly = options.quiet && !options.explicit && options.fields === undefined;
  return idsOnly ? createIdWriter(options, writer) : writer;
}

/** See `Printer`. */
export function createPrinter(options: PrinterOptions): Printer {
  const { streams, format, fields, quiet } = options;
  const { out, err } = streams;
  const writer = createWriter(options);
  return {
    format,
    quiet,
    isTTY: out.isTTY,
    check(shape) {
      if (format === "ics" && shape.calendar === undefined)
        throw usageError("--output ics is for shifts", "onduty schedules shifts --output ics");
      if (fields !== undefined && shape.anyField !== true) checkFields(fields, shape.fields);
    },
    list: writer.list,
    stream: writer.stream ?? writer.list,
    object: writer.object,
    render: (rows, shape, how) => render(rows, shape, options, how),
    describe: (row, shape) => describeObject(row, shape, options),
    value: async (value) => valueWriter(writer, options).value(value),
    jsonText: async (text) => valueWriter(writer, options).jsonText(text),
    checkValue: () => void valueWriter(writer, options),
    text: (line) => out.write(`${sanitize(line)}\n`),
    drawn: (lines) => out.write(`${lines}\n`),
    notice: (text) => notice(text, options),
    warn: (text) => warn(text, options),
    async warnLines(text) {
      // A question is for a person, whatever the format.
      if (!isJsonAsked(options) || err.isTTY) return err.write(`${sanitize(text)}\n`);
      for (const line of text.split("\n")) await warn(line, options);
    },
    progress: (text, work) => showProgress(text, work, options),
  };
}

/** @throws {CliError} `usage` with `--fields`, or in a format of rows and columns */
function valueWriter({ values }: Writer, { fields, format }: PrinterOptions): ValueWriter {
  if (fields !== undefined) throw usageError("--fields is for rows whose fields are known", "--jq '.[] | {id}'");
  if (values === undefined)
    throw usageError(`the vendor's response has no columns for --output ${format}`, "--output json");
  return values;
}

async function render<Row extends object>(
  rows: Row[],
  { columns }: Shape<Row>,
  options: PrinterOptions,
  { color: isColored, width = options.streams.err.columns }: { color: boolean; width?: number } = { color: false },
): Promise<string> {
  const { renderTable } = await import("./table.ts");
  const color = isColored && wantsColor(options) ? await loadColor() : undefined;
  return renderTable(rows, columns, { width, now: options.now(), tz: options.tz, color }).trimEnd();
}

async function showProgress<T>(
  text: string,
  work: Work<T>,
  { quiet, color, env, streams }: PrinterOptions,
): Promise<T> {
  const mayMove = useColor({ color, env: { ...env, NO_COLOR: undefined }, isTTY: true });
  if (quiet || !streams.err.isTTY || !mayMove) return typeof work === "function" ? work(() => {}) : work;
  return spin(text, work, { colored: useColor({ color, env, isTTY: true }) });
}
