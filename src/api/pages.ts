import { CliError, ExitCode, usageError } from "../errors.ts";
import type { HttpClient } from "../http/client.ts";
import { hasLongInteger, longIntegersNotice, parseExactly } from "../model/exact-json.ts";
import { asObject } from "../model/object.ts";
import type { Printer } from "../output/printer.ts";
import { type ResultEnd, type ValuesResult, values } from "../output/result.ts";
import type { Provider, RawList, RawPage } from "../providers/provider.ts";
import { type ApiRequest, toOptions } from "./request.ts";

export interface PageTools {
  printer: Pick<Printer, "progress">;
  provider: Pick<Provider, "pageOf">;
  http: HttpClient;
}

/** Every page of a list as one list, of at most `limit` rows. It is partial when the vendor did not give all of it. */
export function requestPages(tools: PageTools, request: ApiRequest, limit = Number.POSITIVE_INFINITY): ValuesResult {
  let count = 0;
  let last: RawList | undefined;
  let isCut = false;
  const state = { hasLong: false };
  async function* rows(): AsyncIterable<unknown[]> {
    for await (const page of pages(tools, request, state)) {
      const some = page.rows.slice(0, limit - count);
      count += some.length;
      last = page;
      isCut = some.length < page.rows.length;
      yield some;
      if (count >= limit) return;
    }
  }
  function end(): ResultEnd {
    const notices = state.hasLong ? [longIntegersNotice] : [];
    if (isCut || last?.next !== undefined)
      return { notices: [...notices, `showing the first ${count}; there are more`] };
    if (last?.truncated === undefined) return { notices };
    const warnings = [`warning: this list is not complete: ${last.truncated}`];
    return { notices, warnings, ...(count < limit && { exitCode: ExitCode.partial }) };
  }
  return values(rows(), end);
}

async function* pages(
  { printer, provider, http }: PageTools,
  request: ApiRequest,
  state: { hasLong: boolean },
): AsyncIterable<RawList> {
  const body = asObject(request.body?.value);
  let asked: RawPage | undefined = { query: Object.fromEntries(request.search), body };
  let before = { next: "", rows: "" };
  let count = 0;
  while (asked !== undefined) {
    let text = "";
    const onResponse = (one: { text: string }): void => {
      text = one.text;
    };
    const sent = { ...toOptions(withPage(request, asked)), idempotent: true, onResponse };
    const progressText = count === 0 ? "asking" : `asking, ${count} so far`;
    const result = await printer.progress(progressText, http.request(request.route, sent));
    const isLong = hasLongInteger(text);
    if (isLong) state.hasLong = true;
    const page = provider.pageOf(isLong ? parseExactly(text) : result.body, asked);
    if (page === undefined) throw usageError(`${request.route} does not respond with a list`, "leave out --paginate");
    const now = { next: JSON.stringify(page.next ?? null), rows: JSON.stringify(page.rows) };
    const isSame = now.next === before.next || (page.again !== true && now.rows === before.rows);
    if (page.next !== undefined && isSame)
      throw new CliError("failure", `${request.route} returns the same rows for every page`, {
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
