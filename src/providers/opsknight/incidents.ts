import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Query } from "../../http/request.ts";
import type { Incident, IncidentDetails, IncidentFilter, Page } from "../../model/incident.ts";
import { encodePart } from "../../model/text.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { asText, first, missingRows } from "../wire.ts";
import { partialKey } from "./keys.ts";
import { isUnpaged, keepList, keptList, rememberDialect, rememberPeople } from "./memory.ts";
import { teamCheck } from "./teams.ts";
import { hasMore, readList, readOne, toDetails, toIncident, unescapeHtml, type WireList } from "./wire.ts";

/**
 * Maximum of rows in a response: of the documented API, and of server 1.3.1, which does not page. Sources: the reference, and
 * a running 1.3.1.
 */
const pageSize = 100;
const maxUnpagedRows = 200;
/** Number of recent ids to remember. A list that loses more incidents while it is read cannot be completed. */
const maxRecentIds = 1000;

const route = "GET /api/incidents";

/**
 * Sends the documented parameters, and applies every filter and the order to the returned rows: server 1.3.1 ignores all
 * parameters, cannot page, and returns at most its newest 200.
 */
export async function* listIncidents(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const http = await connection.http();
  const query = toQuery(filter);
  const unpaged = await fetchUnpaged(connection, http, query);
  if (unpaged !== undefined) return yield await onlyPage(connection, filter, unpaged);
  const asked = Math.min(filter.limit, pageSize);
  const firstPage = await fetchPage(http, { ...query, limit: asked, offset: 0 });
  if (firstPage.documented) return yield* documentedPages(connection, http, filter, firstPage, query);
  await rememberDialect(connection, true);
  // A probe with fewer rows than its limit was complete. Otherwise the page is requested again at its maximum length.
  const list = firstPage.rows.length < asked ? firstPage : await fetchPage(http, { ...query, limit: maxUnpagedRows });
  keepList(connection, list);
  yield await onlyPage(connection, filter, list);
}

/** The list of a server that is known not to page; undefined of any other. */
async function fetchUnpaged(connection: Connection, http: HttpClient, query: Query): Promise<Fetched | undefined> {
  const kept = keptList(connection);
  if (kept !== undefined) return kept;
  if (!(await isUnpaged(connection))) return undefined;
  try {
    const list = await fetchPage(http, { ...query, limit: maxUnpagedRows });
    if (!list.documented) {
      keepList(connection, list);
      return list;
    }
  } catch (error) {
    // A server that has changed its dialect since may refuse the limit.
    if (!(error instanceof CliError) || error.status !== 400) throw error;
  }
  await rememberDialect(connection, false);
  return undefined;
}

/** A list as it came. */
export type Fetched = WireList & { freshForMs: number | undefined };

async function fetchPage(http: HttpClient, query: Query): Promise<Fetched> {
  const { body, headers } = await http.request(route, { query });
  // The vendor allows its list to be cached for some seconds.
  const seconds = /\bmax-age=(\d+)/.exec(headers["cache-control"] ?? "")?.[1];
  return {
    ...readList(body, "incidents", route),
    freshForMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

function toQuery(filter: IncidentFilter): Query {
  return {
    status: filter.statuses.length === 0 ? undefined : filter.statuses.map((status) => status.toUpperCase()).join(","),
    urgency:
      filter.urgencies.length === 0 ? undefined : filter.urgencies.map((urgency) => urgency.toUpperCase()).join(","),
    // The route takes a single service. Several are filtered here.
    service_id: filter.services.length === 1 ? filter.services[0] : undefined,
    team_id: filter.team,
    assignee_id: filter.assignee,
    created_after: filter.since?.toISOString(),
    created_before: filter.until?.toISOString(),
    sort: { created: "created_at", updated: "updated_at", urgency: "urgency", status: "status" }[filter.sort],
    order: filter.order,
  };
}

/** A text may be given as the server stores it, escaped for HTML, or as it was sent. */
function isMatch(incident: Incident, filter: IncidentFilter): boolean {
  if (matches(incident, filter)) return true;
  const sent = filter.query === undefined ? undefined : unescapeHtml(filter.query);
  return sent !== undefined && sent !== filter.query && matches(incident, { ...filter, query: sent });
}

/** The only page of a server without paging. */
async function onlyPage(connection: Connection, filter: IncidentFilter, list: Fetched): Promise<Page<Incident>> {
  const incidents = list.rows.map((row) => toIncident(row, connection));
  await rememberPeople(connection, incidents);
  const oldest = oldestOf(incidents);
  const full = list.rows.length >= maxUnpagedRows;
  const { team, ...others } = filter;
  const isOfTeam = team === undefined ? () => true : await teamCheck(connection, team, incidents);
  const rows = incidents
    .filter((incident) => isMatch(incident, others) && isOfTeam(incident))
    .sort(comparison(filter))
    .slice(0, filter.limit);
  // Rows that were cut off are no newer than the last row: the requested ones are here, or all that are new enough.
  const wantsNewest = filter.sort === "created" && filter.order === "desc" && rows.length >= filter.limit;
  const reachesBack = filter.since !== undefined && oldest !== undefined && oldest < filter.since.getTime();
  const enough = oldest !== undefined && (wantsNewest || reachesBack);
  const isComplete = !full || enough;
  return {
    rows,
    ...(!isComplete && { truncated: cutOff(oldest) }),
    ...(isComplete && rows.length === 0 && { notice: partialKey }),
    ...(list.freshForMs !== undefined && { freshForMs: list.freshForMs }),
  };
}

function cutOff(oldest: number | undefined): string {
  const reason = `this OpsKnight server gives only its newest ${maxUnpagedRows} incidents and cannot page`;
  if (oldest === undefined) return reason;
  const complete = new Date(Math.ceil((oldest + 1) / 60_000) * 60_000);
  const [day, time] = new Date(oldest).toISOString().split(/[T.]/);
  const since = complete.toISOString().replace(/:00\.000Z$/, "Z");
  return `${reason}; looked back to ${day} ${time?.slice(0, 5)} UTC, and --since ${since} is complete`;
}

/** When the last incident was created, in milliseconds. Undefined unless each has a time and the newest comes first. */
function oldestOf(incidents: readonly Incident[]): number | undefined {
  const times = incidents.map(({ createdAt }) => Date.parse(createdAt));
  // An incident without a time has that of the epoch.
  const newestFirst = times.every((time, at) => time > 0 && time <= (times[at - 1] ?? Number.POSITIVE_INFINITY));
  return newestFirst ? times.at(-1) : undefined;
}

/** Fetches pages, and where `isLong` the page behind at the same time: its response is under way while this one is printed. */
function pagesAhead(
  http: HttpClient,
  query: Query,
): (offset: number, limit: number, isLong: boolean) => Promise<Fetched> {
  let ahead: { offset: number; limit: number; page: Promise<Fetched> } | undefined;
  return (offset, limit, isLong) => {
    const page =
      ahead?.offset === offset && ahead.limit === limit ? ahead.page : fetchPage(http, { ...query, limit, offset });
    ahead = undefined;
    if (isLong) {
      const next = offset + limit;
      ahead = { offset: next, limit, page: fetchPage(http, { ...query, limit, offset: next }) };
      // A failure is thrown when its turn has come.
      ahead.page.catch(() => {});
    }
    return page;
  };
}

async function* documentedPages(
  connection: Connection,
  http: HttpClient,
  filter: IncidentFilter,
  firstPage: Fetched,
  query: Query,
): AsyncIterable<Page<Incident>> {
  const compare = comparison(filter);
  const fetchAt = pagesAhead(http, query);
  let page = firstPage;
  let asked = Math.min(filter.limit, pageSize);
  let offset = 0;
  let left = filter.limit;
  // Incidents that open or resolve meanwhile shift the pages: a row may come again.
  const recent = new Set<string>();
  // On one page it never does.
  let doubles = 0;
  let begin: string | undefined;
  let minTotal = Number.POSITIVE_INFINITY;
  let isAgain = false;
  for (;;) {
    const incidents = new Map(page.rows.map((row) => toIncident(row, connection)).map((row) => [row.id, row]));
    doubles += page.rows.length - incidents.size;
    const fresh = [...incidents.values()].filter(({ id }) => !recent.has(id));
    const rows = fresh
      .filter((incident) => isMatch(incident, filter))
      .sort(compare)
      .slice(0, left);
    left -= rows.length;
    offset += page.rows.length;
    const more = hasMore(page, offset, asked);
    const ended = page.rows.length === 0 || !more;
    const [first] = incidents.keys();
    begin ??= first;
    // A last page has nothing new where rows have moved as well: it does not begin as the list does.
    const repeats = page.rows.length > 0 && fresh.length === 0 && !isAgain && (!ended || first === begin);
    minTotal = Math.min(minTotal, page.total ?? Number.POSITIVE_INFINITY);
    const missing = missingRows(page.rows, { total: minTotal, seen: offset - doubles, more });
    yield {
      rows,
      // The server's count is ours only when it applies the same filters.
      ...(page.total !== undefined && rows.length === fresh.length && { total: page.total }),
      ...(page.freshForMs !== undefined && { freshForMs: page.freshForMs }),
      ...(missing !== undefined && { truncated: missing }),
      ...(repeats && { truncated: "this OpsKnight server returns the same incidents for every page" }),
    };
    if (ended || repeats || left <= 0) return;
    remember(
      recent,
      fresh.map(({ id }) => id),
    );
    asked = Math.min(pageSize, Math.max(left, 1));
    let { total } = page;
    page = await fetchAt(offset, asked, left >= 2 * pageSize && offset + asked < minTotal && minTotal < Infinity);
    isAgain = false;
    // When the count shrinks, rows before this page may have gone, and later rows have moved into pages already read.
    for (let gone = shrinkage(total, page); gone > 0; gone = shrinkage(total, page)) {
      if (gone > maxRecentIds) return yield { rows: [], truncated: "too many incidents went while they were listed" };
      isAgain = true;
      total = page.total;
      offset = Math.max(0, offset - gone);
      page = await fetchAt(offset, asked, false);
    }
  }
}

/** By how much the server's count has fallen since the page before. */
function shrinkage(before: number | undefined, { total }: WireList): number {
  return before === undefined || total === undefined ? 0 : before - total;
}

/** Adds ids, and forgets the oldest above the limit. */
function remember(recent: Set<string>, ids: readonly string[]): void {
  for (const id of ids) recent.add(id);
  for (const id of recent) {
    if (recent.size <= maxRecentIds + pageSize) return;
    recent.delete(id);
  }
}

export async function showIncident(connection: Connection, id: string): Promise<IncidentDetails> {
  return toDetails(await readRow(await connection.http(), id), connection);
}

/** Maximum of incidents that are read one by one where many are wanted. */
export const maxSingleReads = 5;

/** The incidents that changed last, in any status. */
const lastChanged: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "updated",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** The incidents of many ids that are among those that changed last: the vendor has no route for several ids, and few requests. */
export async function findListed(connection: Connection, ids: readonly string[]): Promise<Map<string, Incident>> {
  const found = new Map<string, Incident>();
  const wanted = new Set(ids);
  let pages = Math.ceil(ids.length / pageSize) + 1;
  for await (const { rows } of listIncidents(connection, lastChanged)) {
    for (const row of rows) if (wanted.has(row.id)) found.set(row.id, row);
    pages -= 1;
    if (pages === 0 || found.size === wanted.size) break;
  }
  return found;
}

/** See `Provider.incidents.refresh`. Those that are not listed are read one by one, the others of them at the next refresh. */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const isKept = keptList(connection) !== undefined;
  const found: Map<string, Incident | null> =
    isKept || ids.length > maxSingleReads ? await findListed(connection, ids) : new Map();
  const remaining = ids.filter((id) => !found.has(id)).slice(0, maxSingleReads);
  for (const id of remaining) {
    try {
      found.set(id, await readIncident(await connection.http(), connection, id));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.kind === "notFound") found.set(id, null);
      else if (found.size === 0) throw error;
      else break;
    }
  }
  return found;
}

export async function readIncident(http: HttpClient, connection: Connection, id: string): Promise<Incident> {
  return toIncident(await readRow(http, id), connection);
}

/** Refuses a response about another incident, as of a cache or a proxy: an action would change the wrong one. */
function checkId(row: Record<string, unknown>, id: string): void {
  const ids = [row.id, first(row, "number", "incident_number", "incidentNumber")].flatMap(
    (value) => asText(value) ?? [],
  );
  if (ids.some((returned) => returned.toLowerCase() === id.toLowerCase())) return;
  const problem = ids[0] === undefined ? "has no id" : `is about incident ${ids[0]}, not ${id}`;
  throw new CliError("failure", `GET /api/incidents/{id}: the response ${problem}`);
}

/** An incident as the vendor returns it. @throws {CliError} `notFound` */
export async function readRow(http: HttpClient, id: string): Promise<Record<string, unknown>> {
  try {
    const { body } = await http.request(`GET /api/incidents/${encodePart(id)}`);
    const row = readOne(body, "incident", "GET /api/incidents/{id}");
    checkId(row, id);
    return row;
  } catch (error) {
    if (error instanceof CliError && error.kind === "notFound") {
      throw error.reworded(`incident "${id}" not found, or the key has no access to it (404)`, {
        hint: "onduty incidents list --status all",
      });
    }
    throw error;
  }
}
