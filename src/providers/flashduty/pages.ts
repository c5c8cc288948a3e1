import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Route } from "../../http/request.ts";
import type { Page } from "../../model/incident.ts";
import { missingRows } from "../wire.ts";
import { exactTotal, hasMore, maxReachableRows, unreachable } from "./paging.ts";
import { readList } from "./wire.ts";

const pageSize = 100;

/**
 * The pages of a list that is asked for by number. A page without rows that are reported ends it as incomplete.
 *
 * @throws {CliError} `failure` when the server returns one page again and again
 */
export async function* pagesByNumber(
  http: HttpClient,
  route: Route,
  query: object,
): AsyncIterable<Page<Record<string, unknown>>> {
  let seen = 0;
  let minTotal = Number.POSITIVE_INFINITY;
  let before = "";
  for (let page = 1; ; page += 1) {
    const body = { ...query, p: page, limit: pageSize };
    const answer = await http.request(route, { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, route, "list");
    const first = JSON.stringify(rows[0] ?? null);
    if (rows.length > 0 && first === before) throw new CliError("failure", `${route}: every page is the same one`);
    before = first;
    const total = exactTotal(data);
    const isCounted = typeof data.total === "number" || typeof data.has_next_page === "boolean";
    const more = isCounted ? hasMore(data, { page, limit: pageSize, count: rows.length }) : rows.length >= pageSize;
    seen += rows.length;
    minTotal = Math.min(minTotal, typeof data.total === "number" ? data.total : Number.POSITIVE_INFINITY);
    const last = more && (page + 1) * pageSize > maxReachableRows;
    const truncated = last ? unreachable : missingRows(rows, { total: minTotal, seen, more });
    yield { rows, ...(total !== undefined && { total }), ...(truncated !== undefined && { truncated }) };
    if (!more || truncated !== undefined) return;
  }
}
