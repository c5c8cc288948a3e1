import { asObject } from "../../model/object.ts";
import type { RawList, RawPage } from "../provider.ts";
import { missingRows } from "../wire.ts";

/** Most rows of the only page of 1.3.1, and how many there are when nothing is said. Source: as it runs. */
const onlyPageSize = 200;
const usualPageSize = 50;

/** `{data, pagination}`; of 1.3.1 the only array of the answer, which is asked for again as long as it gets. */
export function pageOf(answer: unknown, { query, body }: RawPage): RawList | undefined {
  const object = asObject(answer);
  if (Array.isArray(object?.data)) {
    const paging = asObject(object.pagination);
    const rows: unknown[] = object.data;
    const offset = Number(paging?.offset ?? query.offset ?? 0) + rows.length;
    const total = typeof paging?.total === "number" ? paging.total : undefined;
    const more = paging?.has_more === true;
    const truncated = missingRows(rows, { total, seen: offset, more });
    if (truncated !== undefined) return { rows, next: undefined, truncated };
    return { rows, next: more ? { query: { ...query, offset: String(offset) }, body } : undefined };
  }
  const [rows, other] = Object.values(object ?? {}).filter((value) => Array.isArray(value));
  if (rows === undefined || other !== undefined) return undefined;
  const limit = Math.floor(Number(query.limit));
  const size = limit > 0 ? Math.min(limit, onlyPageSize) : usualPageSize;
  if (rows.length < size) return { rows, next: undefined };
  if (size < onlyPageSize)
    return { rows, next: { query: { ...query, limit: String(onlyPageSize) }, body }, again: true };
  return { rows, next: undefined, truncated: `this OpsKnight server gives only ${onlyPageSize} rows and cannot page` };
}
