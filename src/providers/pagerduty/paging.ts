import type { HttpClient } from "../../http/client.ts";
import type { Route } from "../../http/request.ts";
import { asObject } from "../../model/object.ts";
import type { RawList, RawPage } from "../provider.ts";
import { asText, missingRows, unknownEnd } from "../wire.ts";
import { idOf, type Row, readRows } from "./wire.ts";

/* Lists with `limit` and `offset`. Source: the vendor's page on pagination. */

/** More is cut without a word. */
export const maxPageSize = 100;
/** Maximum of `offset + limit`; more is a 400. */
const maxReachableRows = 10_000;

/** Why a list ends before its last row. */
export const unreachable = `PagerDuty gives only the first ${maxReachableRows} rows of a list`;

/** How often a page is looked for again whose rows have moved. */
const maxSteps = 5;

/** Names of a query may repeat: `statuses[]`. */
export type Pairs = readonly (readonly [name: string, value: string])[];

export interface RowsPage {
  /** Without those of earlier pages. */
  rows: Row[];
  truncated?: string;
}

export interface ListRequest {
  route: Route;
  /** The field of the response with the rows. */
  name: string;
  query: Pairs;
  /** Rows of the first page; default the most. */
  pageSize?: number;
  /** What distinguishes rows; default the id. */
  keyOf?(row: Row): string;
}

/**
 * The pages of a list. Each begins with the last row of the one before: when that is missing, rows have left the list meanwhile, the
 * others have moved up, and the page before is read again.
 */
export async function* pagesOf(http: HttpClient, request: ListRequest): AsyncGenerator<RowsPage> {
  const { route, name, query, keyOf = (row: Row) => idOf(row, route) } = request;
  const seen = new Set<string>();
  let size = Math.min(request.pageSize ?? maxPageSize, maxPageSize);
  let offset = 0;
  let lost = 0;
  let begin: string | undefined;
  for (;;) {
    const from = Math.max(0, offset - 1);
    const limit = Math.min(size, maxReachableRows - from);
    if (limit <= 1 && from > 0) return yield { rows: [], truncated: unreachable };
    const search = new URLSearchParams([...query, ["limit", String(limit)], ["offset", String(from)]].map(pairOf));
    const answer = await http.request(route, { search: search.toString() });
    const { object, rows } = readRows(answer, name, route);
    const [first] = rows;
    const isMoved = from > 0 && (first === undefined || !seen.has(keyOf(first)));
    const fresh = rows.filter((row) => !seen.has(keyOf(row)));
    for (const row of fresh) seen.add(keyOf(row));
    // A full page may not be the last one.
    const more = typeof object.more === "boolean" ? object.more : rows.length >= limit;
    const isStuck = from > 0 && fresh.length === 0 && more;
    if (first !== undefined) begin ??= keyOf(first);
    // Rows that have moved bring nothing new either, but no page of theirs begins as the list does.
    const isRepeated = from > 0 && rows.length > 1 && first !== undefined && keyOf(first) === begin;
    if (isRepeated && fresh.length === 0 && !more)
      return yield { rows: [], truncated: "PagerDuty returns the same rows for every page" };
    lost = isMoved || isStuck ? lost + 1 : 0;
    if (lost > maxSteps) return yield { rows: fresh, truncated: "the list changed faster than it could be read" };
    const truncated = isMoved ? undefined : missingRows(rows, { more });
    if (fresh.length > 0 || truncated !== undefined)
      yield { rows: fresh, ...(truncated !== undefined && { truncated }) };
    if (truncated !== undefined) return;
    if (isMoved) {
      offset = Math.max(0, from - size + 1);
      continue;
    }
    if (!more) return;
    const echoed = typeof object.limit === "number" && object.limit > 0 ? object.limit : rows.length;
    // Rows may be left out of a page: the vendor counts them all the same.
    offset = from + (fresh.length > 0 ? rows.length : Math.max(echoed, rows.length));
    size = maxPageSize;
  }
}

function pairOf([name, value]: readonly string[]): [string, string] {
  return [name ?? "", value ?? ""];
}

/** All rows of a list, and why they are not all. */
export async function readAll(http: HttpClient, request: ListRequest): Promise<RowsPage> {
  const all: Row[] = [];
  for await (const { rows, truncated } of pagesOf(http, request)) {
    all.push(...rows);
    if (truncated !== undefined) return { rows: all, truncated };
  }
  return { rows: all };
}

/**
 * See `Provider.pageOf`. Three styles: `more` with `offset`, `next_cursor`, and `more` with `last`, of analytics, which goes into the
 * body as `starting_after`.
 */
export function pageOf(answer: unknown, { query, body }: RawPage): RawList | undefined {
  const object = asObject(answer);
  const [rows, other] = Object.values(object ?? {}).filter((value) => Array.isArray(value));
  if (object === undefined || rows === undefined || other !== undefined) return undefined;
  const cursor = asText(object.next_cursor);
  if (cursor !== null) return { rows, next: { query: { ...query, cursor }, body } };
  if (typeof object.more !== "boolean") return { rows, next: undefined, ...unknownEnd(rows, query) };
  if (!object.more) return { rows, next: undefined };
  const last = asText(object.last);
  if (last !== null && body !== undefined) return { rows, next: { query, body: { ...body, starting_after: last } } };
  const limit = Number(object.limit ?? query.limit ?? rows.length);
  const offset = Number(object.offset ?? query.offset ?? 0) + limit;
  const truncated = missingRows(rows, { more: true });
  if (truncated !== undefined || !(limit > 0))
    return { rows, next: undefined, truncated: truncated ?? "PagerDuty reports more rows, but not where they begin" };
  if (offset + limit > maxReachableRows) return { rows, next: undefined, truncated: unreachable };
  return { rows, next: { query: { ...query, offset: String(offset) }, body } };
}
