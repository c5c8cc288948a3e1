import { ExitCode } from "../errors.ts";
import type { Page } from "../model/incident.ts";
import type { Shape } from "./shape.ts";

/* The results of commands. A command never prints by itself: it returns one of these. */

/** Fields of all results. */
export interface ResultEnd {
  /** Lines on stderr after the result, left out with `--quiet`. */
  notices?: readonly string[];
  /** Lines on stderr after the result, printed with `--quiet` too. */
  warnings?: readonly string[];
  /** Exit code of the process where it is not 0. */
  exitCode?: ExitCode | undefined;
  /** Thrown after everything is printed, such as `partial`. */
  failure?: Error | undefined;
  /** With `--dry-run`, where the rows are not printed: what they would show that a person must know. */
  unprinted?: readonly string[];
  /** Of something that was done: what could not be printed, and what to print on stderr instead. */
  done?: DoneNote;
}

/** Printing may fail after the work is done, as on a full disk or by a jq expression. The error must state that the work is done. */
export interface DoneNote {
  /** Begins the error: `what was done` could not be printed. */
  what: string;
  /** One line for each thing that was done, for stderr. */
  lines?: readonly string[];
}

/** Rows that are all known. */
export interface ListResult<Row extends object> extends ResultEnd {
  kind: "list";
  rows: readonly Row[];
  /** Instead of the shape that the command declares. */
  shape?: Shape<Row>;
  /** At a terminal, in table form: this picture of the rows. It is safe already, and may have colors. */
  drawn?(rows: readonly Row[]): string | Promise<string>;
  /** Instead of `notices` where the picture is printed, which has the others in it. */
  drawnNotices?: readonly string[];
}

/** One thing. */
export interface ObjectResult<Row extends object> extends ResultEnd {
  kind: "object";
  row: Row;
  /** Instead of the shape that the command declares. */
  shape?: Shape<Row>;
  /** At a terminal, in table form: these lines instead of fields and values; no line at all where it is empty. */
  text?: string | (() => string | Promise<string>);
  /** In table form: these lines instead, at a terminal and in a pipe. They are safe already, and may have colors. */
  drawn?(): string | Promise<string>;
  /** With `--output markdown`: this text instead, which is safe already. */
  markdown?(): string | Promise<string>;
}

/** Rows that come page by page, with a limit. */
export interface PagesResult<Row extends object> extends ResultEnd {
  kind: "pages";
  pages: AsyncIterable<Page<Row>>;
  /** Maximum number of rows to print; infinite for all. */
  limit: number;
  /** The text of the spinner, such as `listing incidents`. */
  progress: string;
  /** The order of the rows, to merge those of several profiles; without it those of the first profile come first. */
  order?(a: Row, b: Row): number;
  /** Added to the reason why a list is incomplete. */
  beyond?: string;
  shape?: Shape<Row>;
  /** Decides the exit code when all is printed. */
  end?(listed: Listed): ResultEnd;
}

/** How much of the pages was printed, and whether the list is complete. */
export interface Listed {
  count: number;
  isComplete: boolean;
}

/** Rows that are printed as they come: those that were printed hold even when the rest fails. */
export interface StreamResult<Row extends object> extends ResultEnd {
  kind: "stream";
  pages: AsyncIterable<Row[]>;
  shape: Shape<Row>;
  /** A row at a terminal. */
  line(row: Row): string;
  /** How it ends, by how many rows there were. */
  end(count: number): ResultEnd;
}

/** Lines of text on stdout. */
export interface TextResult extends ResultEnd {
  kind: "text";
  text: string;
}

/** JSON values of any kind, page by page: a line for each in `ndjson`, else one array of them all. */
export interface ValuesResult extends ResultEnd {
  kind: "values";
  pages: AsyncIterable<readonly unknown[]>;
  /** How it ends, once all is printed. */
  end(): ResultEnd;
}

/** A server's response: unchanged in a pipe, made safe at a terminal. */
export interface ReceivedResult extends ResultEnd {
  kind: "received";
  /** Lines before it. */
  head?: string;
  body: string;
  /** The body is JSON, and is indented at a terminal, filtered or turned into another format. */
  isJson?: boolean;
}

/** Nothing on stdout. */
export interface SilentResult extends ResultEnd {
  kind: "silent";
}

/**
 * A change on this machine that is not made yet: with `--dry-run` the wrapper prints `would` and stops, with `ask` it asks
 * first, and a no ends the command as declined.
 */
export interface PlanResult {
  kind: "plan";
  /** `would remove profile "old" and its keys`. */
  would: string;
  /** A question, and the command line to use where no question can be asked. */
  ask?: { question: string; hint: string };
  apply(): Promise<AnyResult | undefined>;
}

export type Result<Row extends object> =
  | ListResult<Row>
  | ObjectResult<Row>
  | PagesResult<Row>
  | StreamResult<Row>
  | TextResult
  | ValuesResult
  | ReceivedResult
  | SilentResult
  | PlanResult;

// biome-ignore lint/suspicious/noExplicitAny: rows of any kind; the shape that prints them is checked where both meet.
export type AnyResult = Result<any>;

/** How a result ends of which something is not known: a warning and exit code 7. */
export function partly(unknown: string | undefined): ResultEnd {
  return unknown === undefined ? {} : { warnings: [`warning: ${unknown}`], exitCode: ExitCode.partial };
}

export function list<Row extends object>(
  rows: readonly Row[],
  end: Omit<ListResult<Row>, "kind" | "rows"> = {},
): ListResult<Row> {
  return { kind: "list", rows, ...end };
}

export function object<Row extends object>(
  row: Row,
  end: Omit<ObjectResult<Row>, "kind" | "row"> = {},
): ObjectResult<Row> {
  return { kind: "object", row, ...end };
}

export function pages<Row extends object>(
  source: AsyncIterable<Page<Row>>,
  options: Omit<PagesResult<Row>, "kind" | "pages">,
): PagesResult<Row> {
  return { kind: "pages", pages: source, ...options };
}

export function text(lines: string, end: ResultEnd = {}): TextResult {
  return { kind: "text", text: lines, ...end };
}

export function values(pages: AsyncIterable<readonly unknown[]>, end: () => ResultEnd): ValuesResult {
  return { kind: "values", pages, end };
}

export function received(body: string, options: Omit<ReceivedResult, "kind" | "body"> = {}): ReceivedResult {
  return { kind: "received", body, ...options };
}

/** Nothing to print but notices, warnings, an exit code. */
export function silent(end: ResultEnd): SilentResult {
  return { kind: "silent", ...end };
}

/** A notice alone: what was done, for a person. */
export function notice(line: string, end: Omit<ResultEnd, "notices"> = {}): SilentResult {
  return { kind: "silent", notices: [line], ...end };
}

export function plan(would: string, options: Omit<PlanResult, "kind" | "would">): PlanResult {
  return { kind: "plan", would, ...options };
}
