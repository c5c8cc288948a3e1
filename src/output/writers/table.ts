import { loadColor, wantsColor } from "../color.ts";
import { fieldValue, readableText } from "../fields.ts";
import { notice } from "../notice.ts";
import { sanitize } from "../sanitize.ts";
import type { PrinterSetting } from "../setting.ts";
import type { Column, Shape } from "../shape.ts";
import { printedTime } from "../time.ts";
import { createJsonValues } from "./json.ts";
import { createTsvWriter } from "./tsv.ts";
import { collect, type Writer, writePages } from "./writer.ts";

/** For people: an aligned table at a terminal, and its columns tab-separated in a pipe. */
export function createTableWriter(setting: PrinterSetting): Writer {
  return setting.streams.out.isTTY ? createTerminalWriter(setting) : createPipeWriter(setting);
}

function createTerminalWriter(setting: PrinterSetting): Writer {
  const { out } = setting.streams;
  const writer: Writer = {
    async list(pages, shape) {
      const rows = await collect(pages);
      if (rows.length > 0) await out.write(await toTable(rows, shape, setting));
      else await noticeEmpty(shape, setting);
      return rows.length;
    },
    stream(pages, shape, line) {
      if (setting.fields !== undefined) return writer.list(pages, shape);
      return writePages(out, pages, (rows) => rows.map((row) => `${sanitize(line(row))}\n`).join(""));
    },
    object: (row, shape) => out.write(describeObject(row, shape, setting)),
    values: createJsonValues(setting),
  };
  return writer;
}

function createPipeWriter(setting: PrinterSetting): Writer {
  const tsv = createTsvWriter(setting);
  return {
    ...tsv,
    async list(pages, shape) {
      const count = await tsv.list(pages, shape);
      if (count === 0) await noticeEmpty(shape, setting);
      return count;
    },
    values: createJsonValues(setting),
  };
}

async function noticeEmpty<Row>({ empty }: Shape<Row>, setting: PrinterSetting): Promise<void> {
  if (empty !== undefined) await notice(empty, setting);
}

async function toTable<Row>(rows: readonly Row[], shape: Shape<Row>, setting: PrinterSetting): Promise<string> {
  const { renderTable } = await import("../table.ts");
  const color = wantsColor(setting) ? await loadColor() : undefined;
  const columns = setting.fields?.map((field, index) => fieldColumn<Row>(field, index, setting)) ?? shape.columns;
  const links = color !== undefined && columns.some(({ link }) => link !== undefined) && (await knowsLinks());
  const { streams, tz } = setting;
  return renderTable(rows, columns, { width: streams.out.columns, now: setting.now(), tz, color, links });
}

/** Whether this terminal makes a text a link; others may print the address in the middle of the table. */
async function knowsLinks(): Promise<boolean> {
  const { createSupportsHyperlinks } = await import("supports-hyperlinks");
  return createSupportsHyperlinks({ isTTY: true });
}

/** A column of `--fields`; all but the first may be cut. */
function fieldColumn<Row>(field: string, index: number, setting: PrinterSetting): Column<Row> {
  return {
    header: field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toUpperCase(),
    value: (row) => readableValue(fieldValue(row, field), setting),
    ...(index > 0 && { cut: 1 }),
  };
}

/** An object as lines of names and values. */
export function describeObject<Row extends object>(row: Row, shape: Shape<Row>, setting: PrinterSetting): string {
  const names = setting.fields ?? shape.fields;
  const width = Math.max(...names.map((name) => name.length));
  const indent = " ".repeat(width + 2);
  const lines = names.map((name) => {
    const text = sanitize(readableValue(fieldValue(row, name), setting)) || "-";
    return `${name.padEnd(width)}  ${text.split("\n").join(`\n${indent}`)}\n`;
  });
  return lines.join("");
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

function readableValue(value: unknown, { tz }: PrinterSetting): string {
  return typeof value === "string" && isoTime.test(value) ? printedTime(value, tz) : readableText(value);
}
