import { hasLongInteger, longIntegersNotice, parseExactly } from "../../model/exact-json.ts";
import { selectFields } from "../../output/fields.ts";
import type { Listing, Printer } from "../../output/printer.ts";

/** What a command would have printed, as data. */
export interface Collected {
  rows?: unknown[];
  object?: unknown;
  text?: string;
  /** Lines for a person, in order. */
  notices: string[];
  /** Something that matches is not in it, or is not known. */
  incomplete: boolean;
  /** There were more rows than may be kept. */
  cut: boolean;
  /** How many rows match, where that is known. */
  total?: number;
}

export interface CollectorOptions {
  fields: readonly string[] | undefined;
  /** Most rows to keep. */
  maxRows: number;
  /** A command that reads need not go on after that; one that writes works as its rows are taken. */
  writes: boolean;
  onProgress(text: string): void;
}

/** A printer that keeps what it is given. `base` is one for JSON, with the same fields. */
export function createCollector(
  base: Printer,
  { fields, maxRows, writes, onProgress }: CollectorOptions,
): { printer: Printer; collected: Collected } {
  const collected: Collected = { notices: [], incomplete: false, cut: false };
  const pick = (row: object): object => (fields === undefined ? row : selectFields(row, fields));

  function keep(rows: readonly object[]): void {
    const before = collected.rows ?? [];
    const left = maxRows - before.length;
    collected.rows = [...before, ...rows.slice(0, left).map(pick)];
    if (rows.length > left) collected.cut = true;
  }

  /** A list that fails has no rows: what came before would look like a result. */
  async function takeList(pages: AsyncIterable<object[]> | Iterable<object[]>): Promise<number> {
    const all: object[] = [];
    for await (const page of pages) {
      all.push(...page);
      if (all.length > maxRows && !writes) break;
    }
    keep(all);
    return all.length;
  }

  /** Rows of work that reports as it goes hold, even when the rest fails. */
  async function takeStream(pages: AsyncIterable<object[]>): Promise<number> {
    let count = 0;
    for await (const page of pages) {
      count += page.length;
      if (page.length > 0) keep(page);
    }
    if (count === 0) keep([]);
    return count;
  }

  async function takeObject(row: object): Promise<void> {
    if (collected.object === undefined && collected.rows === undefined) {
      collected.object = pick(row);
      return;
    }
    const before = collected.object === undefined ? [] : [collected.object];
    collected.rows = [...(collected.rows ?? []), ...before, pick(row)];
    delete collected.object;
  }

  async function takeValue(value: unknown): Promise<void> {
    if (Array.isArray(value)) keep(value.map(toObject));
    else if (typeof value === "object" && value !== null) await takeObject(value);
    else takeText(String(value));
  }

  function takeText(text: string): void {
    collected.text = collected.text === undefined ? text : `${collected.text}\n${text}`;
  }

  const note = async (text: string): Promise<void> => void collected.notices.push(text);
  const printer: Printer = {
    ...base,
    isTTY: false,
    list: takeList,
    stream: takeStream,
    object: takeObject,
    value: takeValue,
    async jsonText(text) {
      await takeValue(valueOfText(text));
      if (hasLongInteger(text)) await note(longIntegersNotice);
      collected.incomplete = true;
      await note("this is one response of the vendor; whether there are further pages is unknown");
    },
    checkValue: () => {},
    text: async (text) => takeText(text),
    drawn: async (text) => takeText(text),
    notice: note,
    warn: note,
    warnLines: note,
    listed({ total, more, truncated }: Listing) {
      if (total !== undefined) collected.total = total;
      if (more || truncated !== undefined) collected.incomplete = true;
    },
    progress: (text, work) => {
      onProgress(text);
      return typeof work === "function" ? work(onProgress) : work;
    },
  };
  return { printer, collected };
}

function toObject(value: unknown): object {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { value };
}

/** A value of JSON; what is none is its own text. */
export function valueOfText(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return text;
  }
}
