import { CliError, usageError } from "../../errors.ts";
import type { Route } from "../../http/request.ts";
import { forProfile, quoteWord } from "../../model/command-line.ts";
import type { ContentFilter, ContentObject } from "../../model/content.ts";
import type { Page } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asRows, missingRows } from "../wire.ts";

/** The vendor allows 1000. Smaller pages show the first rows sooner. */
const pageSize = 100;

/** A name or an id as a part of a path, which must not lead to another route. @throws {CliError} `usage` */
function segment(noun: string, text: string): string {
  if (text === "" || text === "." || text === "..")
    throw usageError(`"${text}" is not ${noun}`, "onduty content types");
  return encodePart(text);
}

/** `GET /api/v1/internal/contenttype`, page by page. */
export function listTypes(connection: Connection, limit: number): AsyncIterable<Page<ContentObject>> {
  return pages(connection, "GET /api/v1/internal/contenttype", "order_by=name", limit);
}

/** `GET /api/v1/content/{type}`, or the vendor's search for a filter with a query. */
export function listContent(
  connection: Connection,
  type: string,
  filter: ContentFilter,
): AsyncIterable<Page<ContentObject>> {
  const name = segment("a content type", type);
  const { filters, query, orderBy, order, hydrate, limit } = filter;
  const search = new URLSearchParams();
  if (orderBy !== undefined) search.set("order_by", orderBy);
  if (orderBy !== undefined || order === "desc") search.set("order_direction", order);
  if (query === undefined) {
    if (Object.keys(filters).length > 0) search.set("filters", JSON.stringify(filters));
    if (hydrate > 0) search.set("hydrate", String(hydrate));
    return pages(connection, `GET /api/v1/content/${name}`, search.toString(), limit);
  }
  search.set("q", query);
  search.set("content_type[]", type);
  return pages(connection, "GET /api/v1/search", search.toString(), limit);
}

/** `GET /api/v1/search` of all types. */
export function searchContent(connection: Connection, text: string, limit: number): AsyncIterable<Page<ContentObject>> {
  return pages(connection, "GET /api/v1/search", new URLSearchParams({ q: text }).toString(), limit);
}

/** @throws {CliError} `notFound` */
export async function showContent(
  connection: Connection,
  type: string,
  id: string,
  hydrate: number,
): Promise<ContentObject> {
  const route: Route = `GET /api/v1/content/${segment("a content type", type)}/${segment("an id", id)}`;
  const http = await connection.http();
  try {
    const { body } = await http.request(route, hydrate > 0 ? { query: { hydrate } } : {});
    const object = asObject(body);
    if (object === undefined)
      throw new CliError("failure", "GET /api/v1/content/{type}/{id}: no object in the response");
    return object;
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw error.reworded(`${type} not found: "${id}"`, {
      hint: forProfile(`onduty content list ${quoteWord(type)}`, connection.profile),
    });
  }
}

async function* pages(
  connection: Connection,
  route: Route,
  search: string,
  limit: number,
): AsyncIterable<Page<ContentObject>> {
  const http = await connection.http();
  let left = limit;
  const size = Math.min(limit, pageSize);
  let seen = 0;
  let minTotal = Number.POSITIVE_INFINITY;
  for (let page = 1; left > 0; page += 1) {
    const { body } = await http.request(route, {
      search: `${search}${search === "" ? "" : "&"}page=${page}&limit=${size}`,
    });
    const object = asObject(body);
    if (!Array.isArray(object?.data)) throw new CliError("failure", `${route}: no list in the response`);
    // The search wraps each object: {score, item}.
    const rows = asRows(object.data, route, object).map((row) => asObject(row.item) ?? row);
    const total = typeof object.total_count === "number" ? object.total_count : undefined;
    const returnedPage = Number(object.current_page ?? page);
    if (returnedPage < page)
      return yield {
        rows: [],
        truncated: `Flotiq responds with page ${returnedPage} where page ${page} was asked for`,
      };
    const more = returnedPage < Number(object.total_pages ?? page);
    seen += rows.length;
    minTotal = Math.min(minTotal, total ?? Number.POSITIVE_INFINITY);
    const truncated = missingRows(rows, { total: minTotal, seen, more });
    yield {
      rows: rows.slice(0, left),
      ...(total !== undefined && { total }),
      ...(truncated !== undefined && { truncated }),
    };
    left -= rows.length;
    if (!more || rows.length === 0) return;
  }
}
