import { asObject } from "../../model/object.ts";
import type { RawList, RawPage } from "../provider.ts";
import { missingRows, unknownEnd } from "../wire.ts";

/** Rows that server 1.3.1 returns at most, and without a limit. Source: a running 1.3.1. */
const maxUnpagedRows = 200;
const defaultUnpagedRows = 50;

/**
 * `{data, pagination}`; of server 1.3.1 the only array of the response, which is requested again at its maximum length. See
 * `Provider.pageOf`.
 */
export function pageOf(answer: unknown, { query, body }: RawPage): RawList | undefined {
  const object = asObject(answer);
  if (Array.isArray(object?.data)) {
    const paging = asObject(object.pagination);
    const rows: unknown[] = object.data;
    if (typeof paging?.has_more !== "boolean" && typeof paging?.total !== "number")
      return { rows, next: undefined, ...unknownEnd(rows, query) };
    const offset = Number(paging.offset ?? query.offset ?? 0) + rows.length;
    const total = typeof paging.total === "number" ? paging.total : undefined;
    const more = paging.has_more === true;
    const truncated = missingRows(rows, { total, seen: offset, more });
    if (truncated !== undefined) return { rows, next: undefined, truncated };
    return { rows, next: more ? { query: { ...query, offset: String(offset) }, body } : undefined };
  }
  const [rows, other] = Object.values(object ?? {}).filter((value) => Array.isArray(value));
  if (rows === undefined || other !== undefined) return undefined;
  const limit = Math.floor(Number(query.limit));
  const size = limit > 0 ? Math.min(limit, maxUnpagedRows) : defaultUnpagedRows;
  if (rows.length < size) return { rows, next: undefined };
  if (size < maxUnpagedRows)
    return { rows, next: { query: { ...query, limit: String(maxUnpagedRows) }, body }, again: true };
  return {
    rows,
    next: undefined,
    truncated: `this OpsKnight server gives only ${maxUnpagedRows} rows and cannot page`,
  };
}
