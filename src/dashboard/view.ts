import { stripVTControlCharacters } from "node:util";
import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { cutText, stringWidth, wrapText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import type { TextPage } from "./page.ts";
import { asOf, type Look, nothing } from "./screen.ts";
import type { MarkedList } from "./selection.ts";

/** What stands on the screen. */
export interface View {
  columns: number;
  rows: number;
  look: Look;
  intervalMs: number;
  list: MarkedList;
  /** In place of the table. */
  page: TextPage | undefined;
  /** What is told of keys, the newest first. */
  messages: readonly string[];
  /** What is said of the table as long as it holds, such as why it is old; empty for nothing. */
  said: string;
  /** In place of the keys, such as `resolve "Disk full" (inc_1)? y/N`; its beginning and its end are not cut. */
  question: { before: string; title: string; after: string } | undefined;
}

export interface ViewSetting {
  printer: Printer;
  tz: string | undefined;
  /** Absent: no color. */
  color: Color | undefined;
}

const tableKeys = ["a ack", "r resolve", "enter show", "o open", "space select", "u unack", "? keys", "q quit"];
const pageKeys = ["a ack", "r resolve", "u unack", "o open", "esc back"];
const helpKeys = ["esc back"];

/** Columns of the mark, of what is selected, and a blank. */
const gutter = 3;

/** With fewer columns there would be no place for titles. */
const narrow = 60;

const narrowShape = {
  ...incidentShape,
  columns: incidentShape.columns.filter(({ header }) => ["STATUS", "TITLE", "AGE"].includes(header)),
};

/** The lines of the whole screen. On a small one what matters least goes first: blank lines, messages but one, heads. */
export async function drawView(view: View, setting: ViewSetting): Promise<string[]> {
  const { columns, rows, page, list } = view;
  const tall = rows > 10;
  const said = view.said === "" ? [] : [view.said];
  const all = [...view.messages.slice(0, 3 - said.length), ...said];
  const messages = tall || all.length === 0 ? all : [all.join("; ")];
  const below = [
    ...messages.map((text) => cutText(sanitizeCell(text), columns)),
    ...(messages.length === 0 && rows > 3 ? [""] : []),
    lastLine(view),
  ].slice(-Math.max(1, rows - 1));
  const withHead = rows - below.length > 2;
  const above = withHead ? (tall ? 2 : 1) : 0;
  const height = Math.max(1, rows - below.length - above);
  const body =
    page === undefined
      ? await drawTable(view, setting, height)
      : page.window(height, (text) => wrapText(text, columns));
  const head = page?.heading ?? tableHead(view, setting, body.length > 0 ? list.window(tableRows(height)) : undefined);
  const filled = Array.from({ length: height }, (_, row) => body[row] ?? "");
  return [
    ...(withHead ? [cutText(sanitizeCell(head), columns)] : []),
    ...(above === 2 ? [""] : []),
    ...filled,
    ...below,
  ];
}

/** Rows of a table of so many lines, of which the first is its head where there is place. */
function tableRows(height: number): number {
  return height > 1 ? height - 1 : 1;
}

/** How many, how old, how often; as much of it as fits. */
function tableHead(
  { look, list, intervalMs, columns }: View,
  { tz }: ViewSetting,
  window: ReturnType<MarkedList["window"]> | undefined,
): string {
  const part = window !== undefined && window.rows.length < look.rows.length;
  const shown = part ? `${window.from + 1}-${window.from + window.rows.length} of ` : "";
  const selected = list.selected === 0 ? "" : `; ${list.selected} selected`;
  const long = asOf(look, tz, shown) + selected;
  const short = long.replace(", as of", " at");
  const brief = short.replace(/ incidents?/, "");
  return [`${long}; every ${intervalMs / 1000} s`, long, short].find((text) => stringWidth(text) <= columns) ?? brief;
}

async function drawTable(
  { look, list, columns }: View,
  { printer, color }: ViewSetting,
  height: number,
): Promise<string[]> {
  if (look.rows.length === 0) return [cutText(nothing(look), columns)];
  const { rows } = list.window(tableRows(height));
  const shape = columns < narrow ? narrowShape : incidentShape;
  const table = await printer.render(rows, shape, { color: true, width: Math.max(1, columns - gutter) });
  const [head = "", ...lines] = table.split("\n");
  const drawn = lines.map((line, index) => drawRow(line, rows[index], list, columns, color));
  return height > 1 ? [cutText(" ".repeat(gutter) + head, columns), ...drawn] : drawn;
}

function drawRow(
  line: string,
  incident: Incident | undefined,
  list: MarkedList,
  columns: number,
  color: Color | undefined,
): string {
  const isMarked = incident !== undefined && incident.id === list.marked?.id;
  const isSelected = incident !== undefined && list.isSelected(incident);
  const whole = `${isMarked ? ">" : " "}${isSelected ? "*" : " "} ${line}`;
  // A table never gets narrower than its first column.
  const text = stringWidth(whole) > columns ? cutText(stripVTControlCharacters(whole), columns) : whole;
  if (!isMarked || color === undefined) return text;
  return color.inverse(text + " ".repeat(Math.max(0, columns - stringWidth(text))));
}

function lastLine({ columns, question, page }: View): string {
  if (question === undefined)
    return keyLine(page === undefined ? tableKeys : page.id === undefined ? helpKeys : pageKeys, columns);
  const { before, title } = question;
  const after = sanitizeCell(question.after);
  const room = Math.max(1, columns - stringWidth(before + after));
  return cutText(`${before}${cutText(sanitizeCell(title), room)}${after}`, columns);
}

/** The keys that fit; the last two, which lead to all others, stay longest. */
function keyLine(keys: readonly string[], columns: number): string {
  const shown = [...keys];
  while (shown.length > 1 && shown.join("  ").length > columns) shown.splice(Math.max(0, shown.length - 3), 1);
  return cutText(shown.join("  "), columns);
}
