import { asObject } from "../../model/object.ts";
import type { RawList, RawPage } from "../provider.ts";
import { asArray, asText, missingRows } from "../wire.ts";

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
  const counted = typeof data.total === "number" && data.has_next_page === undefined && page * limit < data.total;
  const more = data.has_next_page === true || counted;
  // The number of earlier rows is known only when all pages have the same length.
  const isCounted = cursor === null && asked.search_after_ctx === undefined && (page === 1 || limit > rows.length);
  const count = isCounted && typeof data.total === "number" ? data.total : undefined;
  const truncated = missingRows(rows, { total: count, seen: (page - 1) * limit + rows.length, more });
  if (truncated !== undefined) return { rows, next: undefined, truncated };
  if (!more) return { rows, next: undefined };
  const step = cursor === null ? { p: page + 1 } : { search_after_ctx: cursor };
  if (body !== undefined) return { rows, next: { query, body: { ...body, ...step } } };
  const texts = Object.entries(step).map(([name, value]) => [name, String(value)]);
  return { rows, next: { query: { ...query, ...Object.fromEntries(texts) }, body } };
}
