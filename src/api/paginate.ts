import { CliError, usageError } from "../errors.ts";
import type { HttpClient, RequestOptions, Route } from "../http/client.ts";
import { asObject } from "../model/object.ts";
import type { Printer } from "../output/printer.ts";
import type { Provider, RawList, RawPage } from "../providers/provider.ts";
import type { Pair } from "./fields.ts";

/** A request of `onduty api`. */
export interface ApiRequest {
  route: Route;
  search: Pair[];
  body: { text: string; value: unknown } | undefined;
  headers: Record<string, string>;
  idempotent: boolean;
}

export function toOptions({ search, body, headers, idempotent }: ApiRequest): RequestOptions {
  return {
    ...(search.length > 0 && { search: new URLSearchParams(search).toString() }),
    ...(body !== undefined && { bodyText: body.text }),
    headers,
    idempotent,
    anyType: true,
  };
}

/**
 * Prints all pages of a list as one array, or line by line in `ndjson`. Says on stderr when there is more.
 *
 * @returns false when the vendor did not give all of it
 */
export async function paginate(
  printer: Printer,
  provider: Pick<Provider, "pageOf">,
  http: HttpClient,
  request: ApiRequest,
  limit = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const streams = printer.format === "ndjson";
  const rows: unknown[] = [];
  let count = 0;
  let last: RawList | undefined;
  for await (const page of pages(printer, provider, http, request)) {
    const some = page.rows.slice(0, limit - count);
    count += some.length;
    if (streams) await printer.value(some);
    else rows.push(...some);
    last = { ...page, next: some.length < page.rows.length ? { query: {}, body: undefined } : page.next };
    if (count >= limit) break;
  }
  if (!streams) await printer.value(rows);
  if (last?.next !== undefined) await printer.notice(`showing the first ${count}; there are more`);
  else if (last?.truncated !== undefined) {
    await printer.warn(`warning: this list is not complete: ${last.truncated}`);
    return count >= limit;
  }
  return true;
}

async function* pages(
  printer: Printer,
  provider: Pick<Provider, "pageOf">,
  http: HttpClient,
  request: ApiRequest,
): AsyncIterable<RawList> {
  const body = asObject(request.body?.value);
  let asked: RawPage | undefined = { query: Object.fromEntries(request.search), body };
  let before = { next: "", rows: "" };
  let count = 0;
  while (asked !== undefined) {
    const sent = { ...toOptions(withPage(request, asked)), idempotent: true };
    const said = count === 0 ? "asking" : `asking, ${count} so far`;
    const result = await printer.progress(said, http.request(request.route, sent));
    const page = provider.pageOf(result.body, asked);
    if (page === undefined) throw usageError(`${request.route} does not answer with a list`, "leave out --paginate");
    const now = { next: JSON.stringify(page.next ?? null), rows: JSON.stringify(page.rows) };
    const isSame = now.next === before.next || (page.again !== true && now.rows === before.rows);
    if (page.next !== undefined && isSame)
      throw new CliError("failure", `${request.route} answers every page with the same one`, {
        hint: "leave out --paginate",
      });
    before = now;
    asked = page.next;
    if (page.again === true) continue;
    count += page.rows.length;
    yield page;
  }
}

/** The request with what a page changes in it; names that come more than once stay. */
function withPage(request: ApiRequest, { query, body }: RawPage): ApiRequest {
  const given = new Set(request.search.map(([name, value]) => `${name}=${value}`));
  const changed = Object.entries(query).filter(([name, value]) => !given.has(`${name}=${value}`));
  const kept = request.search.filter(([name]) => !changed.some(([other]) => other === name));
  return {
    ...request,
    search: [...kept, ...changed],
    body: body === undefined ? request.body : { text: JSON.stringify(body), value: body },
  };
}
