import Table from "cli-table3";
import { cutText, stringWidth } from "./fit.ts";
import { sanitizeCell } from "./sanitize.ts";
import type { Column } from "./shape.ts";
import type { Color } from "./streams.ts";

const gutter = "  ";
/** A column that is cut keeps at least this. */
const minColumnWidth = 8;
/** Rows that cli-table3 lays out at once: its time grows with the square of them. */
const blockSize = 50;

export interface TableOptions {
  /** Columns of the terminal. */
  width: number;
  now: Date;
  /** Zone of printed times. */
  tz?: string | undefined;
  /** Absent: no color. */
  color: Color | undefined;
  /** Whether the terminal knows links (OSC 8). */
  links?: boolean;
}

/**
 * An aligned table with a header that fits the width; cells are made safe. Columns without a value in any row are left out, but
 * the first.
 */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): string {
  const { color } = options;
  const all = cellsOf(rows, columns, options);
  const filled = columns.filter((_, index) => index === 0 || all.some((cells) => cells[index] !== empty));
  const fitted = fitColumns(rows, filled, options);
  const { columns: shown, cells, widths } = fitted;
  const header = shown.map((column, index) => {
    const text = cutText(column.header, widths[index] ?? 0);
    return color?.dim(text) ?? text;
  });
  const lines = rows.map((row, number) =>
    shown.map((column, index) => {
      const text = cutText(cells[number]?.[index] ?? "", widths[index] ?? 0);
      return styleCell(text, row, column, options);
    }),
  );
  return `${drawLines([header, ...lines], widths).join("\n")}\n`;
}

/** A cell without a value. */
const empty = "-";

function cellsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { now, tz }: TableOptions): string[][] {
  return rows.map((row) => columns.map((column) => sanitizeCell(column.value(row, now, tz) ?? empty) || empty));
}

/** The columns of a table that fit, with their cells and widths. */
interface Fitted<Row> {
  columns: readonly Column<Row>[];
  cells: string[][];
  widths: number[];
}

/** Makes room for the main column: by shorter texts, then by leaving out what is read last. */
function fitColumns<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): Fitted<Row> {
  let shown = columns;
  for (;;) {
    const cells = cellsOf(rows, shown, options);
    const natural = naturalWidths(shown, cells);
    const next = minWidth(shown, natural, options.width) <= options.width ? undefined : narrower(shown, rows);
    if (next === undefined) {
      return pickColumns(shown, cells, fitWidths(shown, natural, options.width));
    }
    shown = next;
  }
}

/** The columns that have a width. */
function pickColumns<Row>(
  columns: readonly Column<Row>[],
  cells: string[][],
  widths: readonly (number | undefined)[],
): Fitted<Row> {
  const has = (_: unknown, index: number): boolean => widths[index] !== undefined;
  return {
    columns: columns.filter(has),
    cells: cells.map((row) => row.filter(has)),
    widths: widths.filter((width) => width !== undefined),
  };
}

/** The columns that take less: with the short texts, else without the next that may be left out; undefined when none may. */
function narrower<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly Column<Row>[] | undefined {
  if (!columns.some(({ main }) => main === true)) return undefined;
  if (columns.some(({ narrow }) => narrow !== undefined))
    return columns.map(({ narrow, ...column }) =>
      narrow === undefined
        ? column
        : { ...column, value: (row: Row, now: Date, tz?: string) => narrow(row, rows, now, tz) },
    );
  const [first] = columns
    .filter(({ leaves }) => leaves !== undefined)
    .sort((a, b) => (a.leaves ?? 0) - (b.leaves ?? 0));
  return first === undefined ? undefined : columns.filter((column) => column !== first);
}

/** The width of a table whose columns are cut as far as they may be. */
function minWidth<Row>(columns: readonly Column<Row>[], natural: readonly number[], width: number): number {
  const least = columns.map((column, index) => Math.min(natural[index] ?? 0, minWidthOf(column, width)));
  return least.reduce((sum, one) => sum + one, 0) + gutter.length * (columns.length - 1);
}

/** A column is cut to this at most. */
function minWidthOf<Row>({ cut, main }: Column<Row>, width: number): number {
  if (cut === undefined) return Number.POSITIVE_INFINITY;
  return main === true ? Math.floor(width / 2) : minColumnWidth;
}

function naturalWidths<Row>(columns: readonly Column<Row>[], cells: readonly string[][]): number[] {
  return columns.map((column, index) =>
    cells.reduce((max, row) => Math.max(max, stringWidth(row[index] ?? "")), stringWidth(column.header)),
  );
}

function styleCell<Row>(text: string, row: Row, { style, link }: Column<Row>, { color, links }: TableOptions): string {
  const styled = color === undefined || style === undefined ? text : style(text, row, color);
  return links === true && link !== undefined ? linked(styled, link(row)) : styled;
}

/**
 * A text that leads to an address of the vendor's when it is clicked; to none but a web address, without control characters.
 * By hand, since ansi-escapes wraps a link in codes of tmux's where it finds tmux, and these are counted as text.
 */
function linked(text: string, address: string | null): string {
  const url = address !== null && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return text;
  return `\u001b]8;;${url.href}\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** No lines between cells, and a gutter between columns. */
const chars = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
  middle: gutter,
};
const style = { head: [], border: [], "padding-left": 0, "padding-right": 0 };

/** Rows of cells that fit their columns as lines, without blanks at the end. */
function drawLines(rows: readonly string[][], colWidths: number[]): string[] {
  const lines: string[] = [];
  for (let start = 0; start < rows.length; start += blockSize) {
    const table = new Table({ chars, style, colWidths });
    table.push(...rows.slice(start, start + blockSize));
    lines.push(...table.toString().split("\n"));
  }
  return lines.map((line) => line.trimEnd());
}

/**
 * Widths that fit: cuts what may be cut, in its order, then leaves out columns from the right, which get none; the first and the main
 * one always stay.
 */
function fitWidths<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  width: number,
): (number | undefined)[] {
  const widths: (number | undefined)[] = [...natural];
  for (;;) {
    const over = cutWidths(columns, widths, width);
    if (over <= 0) return widths;
    const last = columns.findLastIndex(({ main }, index) => index > 0 && main !== true && widths[index] !== undefined);
    if (last === -1) return squeezed(columns, widths, over);
    columns.forEach((_, index) => {
      widths[index] = index === last || widths[index] === undefined ? undefined : natural[index];
    });
  }
}

/** Cuts the widths as far as they may be. Returns how much is too much after that. */
function cutWidths<Row>(columns: readonly Column<Row>[], widths: (number | undefined)[], width: number): number {
  const shown = widths.filter((one) => one !== undefined);
  let over = shown.reduce((sum, one) => sum + one, 0) + gutter.length * (shown.length - 1) - width;
  const cuttable = columns.map((_, index) => index).filter((index) => columns[index]?.cut !== undefined);
  cuttable.sort((a, b) => (columns[a]?.cut ?? 0) - (columns[b]?.cut ?? 0));
  for (const index of cuttable) {
    const [own, column] = [widths[index], columns[index]];
    if (own === undefined || column === undefined) continue;
    const take = Math.min(Math.max(over, 0), Math.max(0, own - minWidthOf(column, width)));
    widths[index] = own - take;
    over -= take;
  }
  return over;
}

/** Only the first and the main column are left: the main one takes what there is, or the first stands alone. */
function squeezed<Row>(
  columns: readonly Column<Row>[],
  widths: (number | undefined)[],
  over: number,
): (number | undefined)[] {
  const main = columns.findIndex((column) => column.main === true);
  const left = (widths[main] ?? 0) - over;
  return widths.map((width, index) => (index === main && index > 0 ? (left > 0 ? left : undefined) : width));
}
