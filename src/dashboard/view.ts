import { stripVTControlCharacters } from "node:util";
import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { count } from "../model/text.ts";
import { cutText, stringWidth, wrapText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import { type Shape, withProfileColumn } from "../output/shape.ts";
import type { Color } from "../output/streams.ts";
import {
  alarmLine,
  asOf,
  emptyText,
  fitting,
  notLive,
  notLiveLines,
  rowsOf,
  type Snapshot,
  statusOf,
  urgentText,
} from "./head.ts";
import type { NewRows } from "./new-rows.ts";
import type { TextPage } from "./page.ts";
import { keyOf, type MarkedList } from "./selection.ts";
import type { TypedLine } from "./typed-line.ts";

/** The content of the screen. */
export interface View {
  columns: number;
  rows: number;
  now: Date;
  /** Of each profile that is watched. */
  snapshots: readonly Snapshot[];
  intervalMs: number;
  /** The rows of the snapshots that are shown. */
  list: MarkedList;
  news: NewRows;
  /** Shown in place of the table. */
  page: TextPage | undefined;
  /** The running action and the message, one of each at most. */
  messages: readonly string[];
  /**
   * Shown in place of the keys, such as `resolve "Disk full" (inc_1)? y/N`. Only the title is cut. The warning stands in front, or above
   * where there is no room for it.
   */
  question: { warning?: string | undefined; before: string; title: string; after: string } | undefined;
  /** The line that is being typed, in place of the keys. */
  typed: TypedLine | undefined;
}

export interface ViewOptions {
  printer: Printer;
  tz: string | undefined;
  /** Absent: no color. */
  color: Color | undefined;
}

const tableKeys = [
  "a ack",
  "r resolve",
  "enter show",
  "/ filter",
  "s snooze",
  "c comment",
  "t to me",
  "space select",
  "o open",
  "u unack",
  "x escalate",
  "y copy address",
  "? keys",
  "q quit",
];
const pageKeys = [
  "a ack",
  "r resolve",
  "s snooze",
  "c comment",
  "t to me",
  "u unack",
  "x escalate",
  "o open",
  "y copy address",
  "esc back",
];
const helpKeys = ["esc back"];

/** Width of the columns for the mark, the selection and a blank. */
const gutter = 3;

/** A narrower terminal has no room for titles beside all columns. Rows of several profiles have one more. */
const narrow = { one: 60, several: 70 };

const narrowShape = {
  ...incidentShape,
  columns: incidentShape.columns.filter(({ header }) => ["STATUS", "TITLE", "AGE"].includes(header)),
};

/** All lines of the screen. A small screen drops the least important first: blank lines, all messages but one, heads. */
export async function drawView(view: View, options: ViewOptions): Promise<string[]> {
  const { columns, rows, page, list } = view;
  const tall = rows > 10;
  const alarms = alarmsOf(view, options);
  const status = statusOf(view.snapshots);
  const all = [...warningAbove(view), ...view.messages, ...(status === "" ? [] : [status])];
  const messages = tall || all.length === 0 ? all : [all.join("; ")];
  const below = [
    ...messages.map((text) => cutText(sanitizeCell(text), columns)),
    ...(messages.length === 0 && rows > 3 ? [""] : []),
    lastLine(view),
  ].slice(-Math.max(1, rows - 1));
  const withHead = rows - below.length > 2;
  const above = withHead ? (tall ? 2 + Math.max(0, alarms.length - 1) : 1) : 0;
  const height = Math.max(1, rows - below.length - above);
  const body =
    page === undefined
      ? await drawTable(view, options, height)
      : page.window(height, (text) => wrapText(text, columns));
  const head = page?.heading ?? tableHead(view, options, body.length > 0 ? list.window(tableRows(height)) : undefined);
  const filled = Array.from({ length: height }, (_, row) => body[row] ?? "");
  const heads = [
    ...alarms.map((alarm) => alarmLine(alarm, columns, options.color)),
    cutText(sanitizeCell(head), columns),
    "",
  ];
  return [...heads.slice(0, above), ...filled, ...below];
}

/** A line for each profile that is not live; on a small screen one for all of them. */
function alarmsOf(view: View, { tz }: ViewOptions): string[] {
  const { snapshots, rows } = view;
  const lines = notLiveLines(snapshots, { ...view, tz });
  if (lines.length < 2 || lines.length < rows / 4) return lines;
  const names = snapshots.filter((one) => notLive(one, { ...view, tz }) !== undefined).map(({ profile }) => profile);
  return [`NOT LIVE: ${names.join(", ")}`];
}

/** Rows of a table of this height. The first line is its head when there is room. */
function tableRows(height: number): number {
  return height > 1 ? height - 1 : 1;
}

/** The number of incidents, their age and the interval, as far as they fit. */
function tableHead(view: View, { tz }: ViewOptions, window: ReturnType<MarkedList["window"]> | undefined): string {
  const { snapshots, list, intervalMs, columns } = view;
  const { filter, profile } = list;
  const own = profile === undefined ? snapshots : snapshots.filter((one) => one.profile === profile);
  const rows = rowsOf(own);
  const all = rowsOf(snapshots);
  const part = window !== undefined && window.rows.length < list.rows.length;
  const shown = part ? `${window.from + 1}-${window.from + window.rows.length} of ` : "";
  const hidden = urgentText(all.filter((row) => !list.rows.includes(row)));
  const counted = [
    profile === undefined ? "" : `${profile}: `,
    filter === "" ? shown : `"${filter}" matches ${list.rows.length} of `,
    count(rows.length, "incident"),
    hidden === "" ? "" : ` (${hidden} hidden)`,
  ].join("");
  const selected = list.selected === 0 ? "" : `; ${list.selected} selected`;
  const long = asOf(own, { ...view, tz }, counted) + selected;
  const short = long.replace(", as of", " at");
  const urgent = urgentText(rows);
  const every = `; every ${intervalMs / 1000} s`;
  return fitting(
    [
      ...(urgent === "" ? [] : [`${long}; ${urgent}${every}`]),
      `${long}${every}`,
      long,
      short,
      short.replace(/ incidents?/, ""),
    ],
    columns,
  );
}

async function drawTable(view: View, { printer, color, tz }: ViewOptions, height: number): Promise<string[]> {
  const { snapshots, list, news, columns } = view;
  if (list.rows.length === 0) return [cutText(noRowsText(view, tz), columns)];
  const { rows } = list.window(tableRows(height));
  const several = snapshots.length > 1 && list.profile === undefined;
  const shape = columns < (several ? narrow.several : narrow.one) ? narrowShape : incidentShape;
  const shownShape: Shape<Incident> = several ? withProfileColumn(shape) : shape;
  const table = await printer.render(rows, shownShape, { color: true, width: Math.max(1, columns - gutter) });
  const [head = "", ...lines] = table.split("\n");
  const drawn = lines.map((line, index) => drawRow(line, rows[index], { list, news }, columns, color));
  return height > 1 ? [cutDrawn(" ".repeat(gutter) + head, columns), ...drawn] : drawn;
}

/** The text in place of rows. It names the words or the profile that hide rows. */
function noRowsText(view: View, tz: string | undefined): string {
  const { snapshots, list } = view;
  const own = snapshots.filter(({ profile }) => list.profile === undefined || profile === list.profile);
  const rows = rowsOf(own);
  if (rows.length > 0) return `None of ${count(rows.length, "incident")} matches "${list.filter}"; esc shows all.`;
  const text = emptyText(own, { ...view, tz });
  return own.length === snapshots.length || text === "" ? text : `${text} That is ${list.profile} alone; tab goes on.`;
}

/** A line of a table, which never gets narrower than its first column. Cut, it has no colors. */
function cutDrawn(line: string, columns: number): string {
  return stringWidth(line) > columns ? cutText(stripVTControlCharacters(line), columns) : line;
}

function drawRow(
  line: string,
  incident: Incident | undefined,
  { list, news }: Pick<View, "list" | "news">,
  columns: number,
  color: Color | undefined,
): string {
  const { marked } = list;
  const isMarked = incident !== undefined && marked !== undefined && keyOf(incident) === keyOf(marked);
  const isSelected = incident !== undefined && list.isSelected(incident);
  const sign = isSelected ? "*" : incident !== undefined && news.has(incident) ? "+" : " ";
  const text = cutDrawn(`${isMarked ? ">" : " "}${sign} ${line}`, columns);
  if (!isMarked || color === undefined) return text;
  return color.inverse(text + " ".repeat(Math.max(0, columns - stringWidth(text))));
}

function warningAbove({ columns, question }: View): string[] {
  if (question?.warning === undefined) return [];
  const { warning, before, title, after } = question;
  return stringWidth(`${warning}; ${before}${title}${after}`) > columns ? [warning] : [];
}

function lastLine(view: View): string {
  const { columns, question, typed, page, snapshots } = view;
  if (typed !== undefined) return typed.line(columns);
  const keys = snapshots.length > 1 ? ["tab profile", ...tableKeys] : tableKeys;
  if (question === undefined)
    return keyLine(page === undefined ? keys : page.incident === undefined ? helpKeys : pageKeys, columns);
  const { warning, title } = question;
  const isAbove = warning === undefined || warningAbove(view).length > 0;
  const before = `${isAbove ? "" : `${warning}; `}${question.before}`;
  const after = sanitizeCell(question.after);
  const room = Math.max(1, columns - stringWidth(before + after));
  return cutText(`${before}${cutText(sanitizeCell(title), room)}${after}`, columns);
}

/** The keys that fit. The last two are kept, which lead to all others. */
function keyLine(keys: readonly string[], columns: number): string {
  const shown = [...keys];
  while (shown.length > 1 && shown.join("  ").length > columns) shown.splice(Math.max(0, shown.length - 3), 1);
  return cutText(shown.join("  "), columns);
}
