import type { RawPage } from "../provider.ts";
import { asObject } from "../wire.ts";

/** `{data, pagination}`; of 1.3.1 the only array of the answer, which is all there is. */
export function pageOf(
  answer: unknown,
  { query, body }: RawPage,
): { rows: unknown[]; next: RawPage | undefined } | undefined {
  const object = asObject(answer);
  if (Array.isArray(object?.data)) {
    const paging = asObject(object.pagination);
    const rows: unknown[] = object.data;
    const offset = Number(paging?.offset ?? query.offset ?? 0) + rows.length;
    const more = paging?.has_more === true && rows.length > 0;
    return { rows, next: more ? { query: { ...query, offset: String(offset) }, body } : undefined };
  }
  const lists = Object.values(object ?? {}).filter((value) => Array.isArray(value));
  const [only, other] = lists;
  return only === undefined || other !== undefined ? undefined : { rows: only, next: undefined };
}
