import type { FakeVendor } from "./vendor.ts";

type Row = Record<string, unknown>;

/**
 * Answers a list route of Flashduty page by page, by number or by cursor. Counts stop at 1,000, as the vendor's do; only a list by
 * cursor has `has_next_page`.
 */
export function replyInPages(
  vendor: FakeVendor,
  route: string,
  rows: readonly Row[] | ((asked: Row) => readonly Row[]),
  style: "number" | "cursor" = "number",
): void {
  vendor.handle(route, ({ body }, response) => {
    const asked = body as Row;
    const all = typeof rows === "function" ? rows(asked) : rows;
    const limit = Number(asked.limit ?? 20);
    const start = style === "cursor" ? Number(asked.search_after_ctx ?? 0) : (Number(asked.p ?? 1) - 1) * limit;
    const items = all.slice(start, start + limit);
    const next = start + limit < all.length;
    const cursor = { has_next_page: next, search_after_ctx: next ? String(start + limit) : "" };
    const data = { items, total: Math.min(all.length, 1000), ...(style === "cursor" && cursor) };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ request_id: "fd-pages", data }));
  });
}
