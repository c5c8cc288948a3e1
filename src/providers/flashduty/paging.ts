import { asObject } from "../../model/object.ts";
import type { RawList, RawPage } from "../provider.ts";
import { asArray, asText, missingRows } from "../wire.ts";

/** Maximum of `p * limit`. Source: OpenAPI. */
export const maxReachableRows = 10_000;
/** `total` is exact below this number, and stays at it above. Source: the vendor's page on pagination. */
export const maxExactTotal = 1000;

/** `total` of a response, if it is a count and not the number at which counts stop. */
export function exactTotal({ total }: Record<string, unknown>): number | undefined {
  return typeof total === "number" && total !== maxExactTotal ? total : undefined;
}

/**
 * Whether more rows follow a page that is asked for by number. Many lists have no `has_next_page`, and `total` stops at 1,000: then
 * only a page that is not full is the last.
 */
export function hasMore(
  { has_next_page: next, total }: Record<string, unknown>,
  { page, limit, count }: { page: number; limit: number; count: number },
): boolean {
  if (typeof next === "boolean") return next;
  if (typeof total !== "number") return false;
  return page * limit < total || (total === maxExactTotal && count > 0 && count >= limit);
}

/** Why a list ends before its last row, when it is asked for by number. */
export const unreachable = `flashduty gives only the first ${maxReachableRows} of a list`;

/** Pages by cursor when the response has one, else by number: covers the vendor's three styles. See `Provider.pageOf`. */
export function pageOf(answer: unknown, { query, body }: RawPage): RawList | undefined {
  const data = asObject(asObject(answer)?.data);
  if (data === undefined || !("items" in data)) return undefined;
  const rows = asArray(data.items);
  const cursor = asText(data.search_after_ctx);
  // A GET has no body: its query has the same names.
  const asked = body ?? query;
  const page = Number(asked.p ?? 1);
  const limit = Number(data.limit ?? asked.limit ?? rows.length);
  const more = hasMore(data, { page, limit, count: rows.length });
  // The number of earlier rows is known only when all pages have the same length.
  const isCounted = cursor === null && asked.search_after_ctx === undefined && (page === 1 || limit > rows.length);
  const count = isCounted && typeof data.total === "number" ? data.total : undefined;
  const truncated = missingRows(rows, { total: count, seen: (page - 1) * limit + rows.length, more });
  if (truncated !== undefined) return { rows, next: undefined, truncated };
  if (!more) return { rows, next: undefined };
  if (cursor === null && (page + 1) * limit > maxReachableRows)
    return { rows, next: undefined, truncated: unreachable };
  const step = cursor === null ? { p: page + 1 } : { search_after_ctx: cursor };
  if (body !== undefined) return { rows, next: { query, body: { ...body, ...step } } };
  const texts = Object.entries(step).map(([name, value]) => [name, String(value)]);
  return { rows, next: { query: { ...query, ...Object.fromEntries(texts) }, body } };
}
