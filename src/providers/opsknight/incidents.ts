import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Query } from "../../http/request.ts";
import type { Incident, IncidentFilter, Page } from "../../model/incident.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { asText, first, missingRows } from "../wire.ts";
import { hasMore, readList, readOne, toIncident, type WireList } from "./wire.ts";

/** Most rows of one page: of the documented API, and of 1.3.1, which has only one page. Source: the reference; 1.3.1 as it runs. */
const pageSize = 100;
const onlyPageSize = 200;
/** So many ids that came last are remembered, and so many may go while they are listed. */
const mostRecent = 1000;

const route = "GET /api/incidents";

/**
 * Lists incidents. The documented parameters are sent, and every filter and the order are checked on what comes back:
 * 1.3.1 ignores them all, cannot page, and gives its newest 200 at most.
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
  // The vendor lets its list be cached for some seconds.
  const seconds = /\bmax-age=(\d+)/.exec(headers["cache-control"] ?? "")?.[1];
  return {
    ...readList(body, "incidents", route),
    freshForMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

function toQuery(filter: IncidentFilter): Query {
  return {
    status: filter.statuses.length === 0 ? undefined : filter.statuses.map((one) => one.toUpperCase()).join(","),
    urgency: filter.urgencies.length === 0 ? undefined : filter.urgencies.map((one) => one.toUpperCase()).join(","),
    // The reference names one service; several are told apart here.
    service_id: filter.services.length === 1 ? filter.services[0] : undefined,
    team_id: filter.team,
    assignee_id: filter.assignee,
    created_after: filter.since?.toISOString(),
    created_before: filter.until?.toISOString(),
    sort: { created: "created_at", updated: "updated_at", urgency: "urgency", status: "status" }[filter.sort],
    order: filter.order,
  };
}

/** All there is to have from a server without paging. */
async function onlyPage(
  connection: Connection,
  http: HttpClient,
  filter: IncidentFilter,
  probe: Fetched,
  query: Query,
): Promise<Page<Incident>> {
  const asked = Math.min(filter.limit, pageSize);
  // A short answer to the probe was everything; otherwise its one page is asked for as long as it gets.
  const list = probe.rows.length < asked ? probe : await fetchPage(http, { ...query, limit: onlyPageSize });
  const incidents = list.rows.map((row) => toIncident(row, connection));
  const oldest = oldestOf(incidents);
  const full = list.rows.length >= onlyPageSize;
  const rows = incidents
    .filter((incident) => matches(incident, filter))
    .sort(comparison(filter))
    .slice(0, filter.limit);
  // What was cut off is no newer than the last that came: as many as are wanted are here, or all that are new enough.
  const wantsNewest = filter.sort === "created" && filter.order === "desc" && rows.length >= filter.limit;
  const reachesBack = filter.since !== undefined && oldest !== undefined && oldest < filter.since.getTime();
  const enough = oldest !== undefined && (wantsNewest || reachesBack);
  const truncated = `this OpsKnight server gives only its newest ${onlyPageSize} incidents and cannot page`;
  const fresh = list.freshForMs === undefined ? {} : { freshForMs: list.freshForMs };
  return full && !enough ? { rows, truncated, ...fresh } : { rows, ...fresh };
}

/** When the last of them was created, in milliseconds; undefined unless each has a time and they came newest first. */
function oldestOf(incidents: readonly Incident[]): number | undefined {
  const times = incidents.map(({ createdAt }) => Date.parse(createdAt));
  // One without a time has that of the epoch.
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
  // What was opened or resolved meanwhile moves the pages: what came before may come again.
  const recent = new Set<string>();
  let least = Number.POSITIVE_INFINITY;
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
    least = Math.min(least, page.total ?? Number.POSITIVE_INFINITY);
    const missing = missingRows(page.rows, { total: least, seen: offset, more });
    yield {
      rows,
      // What the server counts is what we count only when it filters as we do.
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
    // As many as are counted less now may have gone from in front of this page: then others have moved past it, unseen.
    for (let gone = lost(total, page); gone > 0; gone = lost(total, page)) {
      if (gone > mostRecent) return yield { rows: [], truncated: "too many incidents went while they were listed" };
      isAgain = true;
      total = page.total;
      offset = Math.max(0, offset - gone);
      page = await fetchPage(http, { ...query, limit: asked, offset });
    }
  }
}

/** How many the server counts less than before. */
function lost(before: number | undefined, { total }: WireList): number {
  return before === undefined || total === undefined ? 0 : before - total;
}

/** Keeps the last ids that came. */
function remember(recent: Set<string>, ids: readonly string[]): void {
  for (const id of ids) recent.add(id);
  for (const id of recent) {
    if (recent.size <= mostRecent + pageSize) return;
    recent.delete(id);
  }
}

export async function showIncident(connection: Connection, id: string): Promise<Incident> {
  return readIncident(await connection.http(), connection, id);
}

/** So many are asked for one by one; the rest is for another time. */
const mostSingly = 5;

/** Those that changed last, in any status. */
const lastChanged: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "updated",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** Many are looked for in the list of what changed last, for the vendor has no route for several and limits requests. */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const found = new Map<string, Incident | null>();
  if (ids.length > mostSingly) {
    const wanted = new Set(ids);
    let pages = Math.ceil(ids.length / pageSize) + 1;
    for await (const { rows } of listIncidents(connection, lastChanged)) {
      for (const row of rows) if (wanted.has(row.id)) found.set(row.id, row);
      pages -= 1;
      if (pages === 0 || found.size === wanted.size) break;
    }
  }
  const rest = ids.filter((id) => !found.has(id)).slice(0, mostSingly);
  for (const id of rest) {
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

/** An answer about another one, of a cache or a proxy, would have something done to what nobody named. */
function checkIsAbout(row: Record<string, unknown>, id: string): void {
  const told = [row.id, first(row, "number", "incident_number", "incidentNumber")].flatMap((one) => asText(one) ?? []);
  if (told.some((one) => one.toLowerCase() === id.toLowerCase())) return;
  const about = told[0] === undefined ? "has no id" : `is about incident ${told[0]}, not ${id}`;
  throw new CliError("failure", `GET /api/incidents/{id}: the response ${about}`);
}

/** An incident as the vendor tells it. @throws {CliError} `notFound` */
export async function readRow(http: HttpClient, id: string): Promise<Record<string, unknown>> {
  try {
    const { body } = await http.request(`GET /api/incidents/${encodeURIComponent(id)}`);
    const row = readOne(body, "incident", "GET /api/incidents/{id}");
    checkIsAbout(row, id);
    return row;
  } catch (error) {
    if (error instanceof CliError && error.kind === "notFound") {
      throw new CliError("notFound", `incident not found: "${id}", or the key has no access to it (404)`, {
        status: 404,
        hint: "onduty incidents list --status all",
        requestId: error.requestId,
        cause: error,
      });
    }
    throw error;
  }
}
