import type { SandboxIncident, Store } from "../model.ts";

/* What the routes of Flashduty share. */

/** The outcome of a call, before the envelope is added. Without data the envelope has none. */
export type Outcome = { data: unknown } | { fail: [status: number, code: string, message: string] };

/** One call, its key and its body checked. */
export interface Call {
  body: Record<string, unknown>;
  store: Store;
  /** Unix seconds. */
  now: number;
  /** When the sandbox began to serve, in Unix seconds: shifts are counted from there. */
  began: number;
  /** Id of the key owner. */
  person: number;
  /** The word for a state or a severity in responses. */
  word(text: string): string;
}

export type Handler = (call: Call) => Outcome;

export const fail = (status: number, code: string, message: string): Outcome => ({ fail: [status, code, message] });
export const invalid = (message: string): Outcome => fail(400, "InvalidParameter", message);
export const notFound = (what: string): Outcome => fail(400, "ResourceNotFound", `The ${what} does not exist`);

/** Unix seconds of a time in milliseconds; 0 for none. */
export const seconds = (ms: number | null): number => (ms === null ? 0 : Math.floor(ms / 1000));

/** The texts in a list, or none. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** The elements of a list of ids as text; undefined when the list was not given or is empty. */
export function idsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}

/** The words of a comma list; undefined when there are none. */
export function wordsOf(value: unknown): string[] | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.split(",").map((word) => word.trim()) : undefined;
}

const day = 86_400;

/** The window that list calls demand, in seconds: under 31 days. Else what is wrong with it. */
export function windowOf({ start_time, end_time }: Record<string, unknown>): { start: number; end: number } | Outcome {
  const [start, end] = [Number(start_time), Number(end_time)];
  if (!(start > 0) || !(end > 0)) return invalid("start_time and end_time are required");
  if (end <= start) return invalid("end_time must be after start_time");
  if (end - start >= 31 * day) return invalid("the time range must not exceed 31 days");
  return { start, end };
}

/** Page number and size; 0 stands for the usual size. Else what is wrong with them. */
export function pagingOf(
  body: Record<string, unknown>,
  usual: number,
  most = 100,
): { p: number; limit: number; offset: number } | Outcome {
  const [p, asked] = [Number(body.p ?? 1) || 1, Number(body.limit ?? 0)];
  if (!Number.isInteger(asked) || asked < 0 || asked > most) return invalid(`limit must be between 0 and ${most}`);
  if (!Number.isInteger(p) || p < 1) return invalid("p must be 1 or more");
  const limit = asked === 0 ? usual : asked;
  if (p * limit > 10_000) return invalid("p * limit must not exceed 10000");
  return { p, limit, offset: (p - 1) * limit };
}

/** A list that is paged by number only. */
export function pageOf(call: Call, all: readonly object[], usual: number): Outcome {
  const paging = pagingOf(call.body, usual);
  if (!("limit" in paging)) return paging;
  const { p, limit, offset } = paging;
  return { data: { p, limit, total: all.length, items: all.slice(offset, offset + limit) } };
}

/** `total` is exact below a thousand, and sticks there. */
const maxTotal = 1000;

/**
 * One page of incidents in their order (by time, then arrival), by number or by the cursor of the page before. The
 * cursor names the last row, so that nothing is shown twice or left out when incidents come in between.
 */
export function cursorPage(
  body: Record<string, unknown>,
  found: readonly SandboxIncident[],
  usual: number,
): { rows: SandboxIncident[]; page: { total: number; has_next_page: boolean; search_after_ctx?: string } } | Outcome {
  const cursor = typeof body.search_after_ctx === "string" ? body.search_after_ctx : "";
  const paging = pagingOf(cursor === "" ? body : { limit: body.limit }, usual);
  if (!("limit" in paging)) return paging;
  let { offset } = paging;
  if (cursor !== "") {
    const [, time, sequence] = /^(\d+)\.(\d+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
    if (time === undefined) return invalid("search_after_ctx is not a valid one");
    offset = countUpTo(found, Number(time), Number(sequence), body.asc === true ? 1 : -1);
  }
  const rows = found.slice(offset, offset + paging.limit);
  const last = rows.at(-1);
  const more = offset + rows.length < found.length;
  const context = last === undefined ? "" : Buffer.from(`${last.createdAt}.${last.sequence}`).toString("base64url");
  const total = Math.min(maxTotal, found.length);
  return { rows, page: { total, has_next_page: more, ...(more && { search_after_ctx: context }) } };
}

/** How many rows stand at or before a place in the order; `sign` is 1 for the oldest first. */
function countUpTo(found: readonly SandboxIncident[], time: number, sequence: number, sign: 1 | -1): number {
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const one = found[middle];
    if (one === undefined) break;
    const before = sign * (one.createdAt - time || one.sequence - sequence) <= 0;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}
