import { loadColor, wantsColor } from "../color.ts";
import { fieldValue, readableText } from "../fields.ts";
import { notice } from "../notice.ts";
import type { PrinterOptions } from "../options.ts";
import { sanitize } from "../sanitize.ts";
import type { Column, Shape } from "../shape.ts";
import { printedTime } from "../time.ts";
import { createJsonValues } from "./json.ts";
import { createTsvWriter } from "./tsv.ts";
import { collect, type Writer, writePages } from "./writer.ts";

/** For people: an aligned table at a terminal, and its columns tab-separated in a pipe. */
export function createTableWriter(options: PrinterOptions): Writer {
  return options.streams.out.isTTY ? createTerminalWriter(options) : createPipeWriter(options);
}

function createTerminalWriter(options: PrinterOptions): Writer {
  const { out } = options.streams;
  const writer: Writer = {
    async list(pages, shape) {
      const rows = await collect(pages);
      if (rows.length > 0) await out.write(await toTable(rows, shape, options));
      else await noticeEmpty(shape, options);
      return rows.length;
    },
    stream(pages, shape, line) {
      if (options.fields !== undefined) return writer.list(pages, shape);
      return writePages(out, pages, (rows) => rows.map((row) => `${sanitize(line(row))}\n`).join(""));
    },
    object: (row, shape) => out.write(describeObject(row, shape, options)),
    values: createJsonValues(options),
  };
  return writer;
}

function createPipeWriter(options: PrinterOptions): Writer {
  const tsv = createTsvWriter(options, wantsColor(options) ? loadColor : undefined);
  return {
    ...tsv,
    async list(pages, shape) {
      const count = await tsv.list(pages, shape);
      if (count === 0) await noticeEmpty(shape, options);
      return count;
    },
    values: createJsonValues(options),
  };
}

async function noticeEmpty<Row>({ empty }: Shape<Row>, options: PrinterOptions): Promise<void> {
  if (empty !== undefined) await notice(empty, options);
}

async function toTable<Row>(rows: readonly Row[], shape: Shape<Row>, options: PrinterOptions): Promise<string> {
  const { renderTable } = await import("../table.ts");
  const color = wantsColor(options) ? await loadColor() : undefined;
  const columns = options.fields?.map((field, index) => fieldColumn<Row>(field, index, options)) ?? shape.columns;
  const links = color !== undefined && columns.some(({ link }) => link !== undefined) && (await knowsLinks());
  const { streams, tz } = options;
  return renderTable(rows, columns, { width: streams.out.columns, now: options.now(), tz, color, links });
}

/** Whether this terminal makes a text a link; others may print the address in the middle of the table. */
async function knowsLinks(): Promise<boolean> {
  const { createSupportsHyperlinks } = await import("supports-hyperlinks");
  return createSupportsHyperlinks({ isTTY: true });
}

/** A column of `--fields`; all but the first may be cut. */
function fieldColumn<Row>(field: string, index: number, options: PrinterOptions): Column<Row> {
  return {
    header: field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toUpperCase(),
    value: (row) => readableValue(fieldValue(row, field), options),
    ...(index > 0 && { cut: 1 }),
  };
}

/** An object as lines of names and values. */
export function describeObject<Row extends object>(row: Row, shape: Shape<Row>, options: PrinterOptions): string {
  const names = options.fields ?? shape.fields;
  const width = Math.max(...names.map((name) => name.length));
  const indent = " ".repeat(width + 2);
  const lines = names.map((name) => {
    const text = sanitize(readableValue(fieldValue(row, name), options)) || "-";
    return `${name.padEnd(width)}  ${text.split("\n").join(`\n${indent}`)}\n`;
  });
  return lines.join("");
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

function readableValue(value: unknown, { tz }: PrinterOptions): string {
  return typeof value === "string" && isoTime.test(value) ? printedTime(value, tz) : readableText(value);
}
