import type { RawPage } from "../provider.ts";
import { asArray, asObject, asText } from "../wire.ts";

/** By cursor where the answer gives one, else by number: all three styles of the vendor. */
export function pageOf(
  answer: unknown,
  { query, body }: RawPage,
): { rows: unknown[]; next: RawPage | undefined } | undefined {
  const data = asObject(asObject(answer)?.data);
  if (data === undefined || !("items" in data)) return undefined;
  const rows = asArray(data.items);
  const cursor = asText(data.search_after_ctx);
  const page = Number(body?.p ?? 1);
  const limit = Number(data.limit ?? body?.limit ?? rows.length);
  const counted = typeof data.total === "number" && data.has_next_page === undefined && page * limit < data.total;
  if (rows.length === 0 || (data.has_next_page !== true && !counted)) return { rows, next: undefined };
  const next = cursor === null ? { ...body, p: page + 1 } : { ...body, search_after_ctx: cursor };
  return { rows, next: { query, body: next } };
}
