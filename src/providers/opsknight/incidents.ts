import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Query } from "../../http/request.ts";
import type { Incident, IncidentFilter, Page } from "../../model/incident.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { asText, first, missingRows } from "../wire.ts";
import { hasMore, readList, readOne, toIncident, type WireList } from "./wire.ts";

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
  const firstPage = await fetchPage(http, { ...query, limit: Math.min(filter.limit, pageSize), offset: 0 });
  if (!firstPage.documented) yield await onlyPage(connection, http, filter, firstPage, query);
  else yield* documentedPages(connection, http, filter, firstPage, query);
}

type Fetched = WireList & { freshForMs: number | undefined };

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

/** The only page of a server without paging. */
async function onlyPage(
  connection: Connection,
  http: HttpClient,
  filter: IncidentFilter,
  probe: Fetched,
  query: Query,
): Promise<Page<Incident>> {
  const asked = Math.min(filter.limit, pageSize);
  // A probe with fewer rows than its limit was complete. Otherwise the page is requested again at its maximum length.
  const list = probe.rows.length < asked ? probe : await fetchPage(http, { ...query, limit: maxUnpagedRows });
  const incidents = list.rows.map((row) => toIncident(row, connection));
  const oldest = oldestOf(incidents);
  const full = list.rows.length >= maxUnpagedRows;
  const rows = incidents
    .filter((incident) => matches(incident, filter))
    .sort(comparison(filter))
    .slice(0, filter.limit);
  // Rows that were cut off are no newer than the last row: the requested ones are here, or all that are new enough.
  const wantsNewest = filter.sort === "created" && filter.order === "desc" && rows.length >= filter.limit;
  const reachesBack = filter.since !== undefined && oldest !== undefined && oldest < filter.since.getTime();
  const enough = oldest !== undefined && (wantsNewest || reachesBack);
  const truncated = `this OpsKnight server gives only its newest ${maxUnpagedRows} incidents and cannot page`;
  const fresh = list.freshForMs === undefined ? {} : { freshForMs: list.freshForMs };
  return full && !enough ? { rows, truncated, ...fresh } : { rows, ...fresh };
}

/** When the last incident was created, in milliseconds. Undefined unless each has a time and the newest comes first. */
function oldestOf(incidents: readonly Incident[]): number | undefined {
  const times = incidents.map(({ createdAt }) => Date.parse(createdAt));
  // An incident without a time has that of the epoch.
  const newestFirst = times.every((time, at) => time > 0 && time <= (times[at - 1] ?? Number.POSITIVE_INFINITY));
  return newestFirst ? times.at(-1) : undefined;
}

async function* documentedPages(
  connection: Connection,
  http: HttpClient,
  filter: IncidentFilter,
  firstPage: Fetched,
  query: Query,
): AsyncIterable<Page<Incident>> {
  const compare = comparison(filter);
  let page = firstPage;
  let asked = Math.min(filter.limit, pageSize);
  let offset = 0;
  let left = filter.limit;
  // Incidents that open or resolve meanwhile shift the pages: a row may come again.
  const recent = new Set<string>();
  let minTotal = Number.POSITIVE_INFINITY;
  let isAgain = false;
  for (;;) {
    const fresh = page.rows.map((row) => toIncident(row, connection)).filter(({ id }) => !recent.has(id));
    const rows = fresh
      .filter((incident) => matches(incident, filter))
      .sort(compare)
      .slice(0, left);
    left -= rows.length;
    offset += page.rows.length;
    const more = hasMore(page, offset, asked);
    const ended = page.rows.length === 0 || !more;
    const repeats = !ended && fresh.length === 0 && !isAgain;
    minTotal = Math.min(minTotal, page.total ?? Number.POSITIVE_INFINITY);
    const missing = missingRows(page.rows, { total: minTotal, seen: offset, more });
    yield {
      rows,
      // The server's count is ours only when it applies the same filters.
      ...(page.total !== undefined && rows.length === fresh.length && { total: page.total }),
      ...(page.freshForMs !== undefined && { freshForMs: page.freshForMs }),
      ...(missing !== undefined && { truncated: missing }),
      ...(repeats && { truncated: "this OpsKnight server answers every page with the same incidents" }),
    };
    if (ended || repeats || left <= 0) return;
    remember(
      recent,
      fresh.map(({ id }) => id),
    );
    asked = Math.min(pageSize, Math.max(left, 1));
    let { total } = page;
    page = await fetchPage(http, { ...query, limit: asked, offset });
    isAgain = false;
    // When the count shrinks, rows before this page may have gone, and later rows have moved into pages already read.
    for (let gone = shrinkage(total, page); gone > 0; gone = shrinkage(total, page)) {
      if (gone > maxRecentIds) return yield { rows: [], truncated: "too many incidents went while they were listed" };
      isAgain = true;
      total = page.total;
      offset = Math.max(0, offset - gone);
      page = await fetchPage(http, { ...query, limit: asked, offset });
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

export async function showIncident(connection: Connection, id: string): Promise<Incident> {
  return readIncident(await connection.http(), connection, id);
}

/** Maximum of incidents that one refresh reads one by one. The others are left for the next refresh. */
const maxSingleReads = 5;

/** The incidents that changed last, in any status. */
const lastChanged: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "updated",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/**
 * See `Provider.incidents.refresh`. Many ids are looked up in the list of the incidents that changed last: the vendor has no
 * route for several ids, and limits the number of requests.
 */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const found = new Map<string, Incident | null>();
  if (ids.length > maxSingleReads) {
    const wanted = new Set(ids);
    let pages = Math.ceil(ids.length / pageSize) + 1;
    for await (const { rows } of listIncidents(connection, lastChanged)) {
      for (const row of rows) if (wanted.has(row.id)) found.set(row.id, row);
      pages -= 1;
      if (pages === 0 || found.size === wanted.size) break;
    }
  }
  const remaining = ids.filter((id) => !found.has(id)).slice(0, maxSingleReads);
  for (const id of remaining) {
    try {
      found.set(id, await showIncident(connection, id));
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
    const { body } = await http.request(`GET /api/incidents/${encodeURIComponent(id)}`);
    const row = readOne(body, "incident", "GET /api/incidents/{id}");
    checkId(row, id);
    return row;
  } catch (error) {
    if (error instanceof CliError && error.kind === "notFound") {
      throw new CliError("notFound", `incident "${id}" not found, or the key has no access to it (404)`, {
        status: 404,
        hint: "onduty incidents list --status all",
        requestId: error.requestId,
        cause: error,
      });
    }
    throw error;
  }
}
