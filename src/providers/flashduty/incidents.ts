import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, IncidentFilter, Page } from "../../model/incident.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { asText, missingRows } from "../wire.ts";
import { readByIds } from "./by-ids.ts";
import { isMissing, readData, readList, severityOf, toIncident } from "./wire.ts";

/** A window must be under 31 days. Source: OpenAPI. */
const windowSeconds = 30 * 86_400;
/** How far a list goes back without `--since`. The vendor keeps data for up to 360 days, depending on the plan. */
const defaultLookBackSeconds = 180 * 86_400;
/** When our clock is behind the vendor's, the newest incidents start in our future. */
const maxClockSkewSeconds = 12 * 3600;
const pageSize = 100;
/** Maximum of incidents to sort by anything but their start: sorting needs all of them in memory. */
const maxSorted = 10_000;

interface Window {
  start: number;
  end: number;
}

/** Lists incidents window by window: one call covers under 31 days, and would hide older open incidents. */
export async function* listIncidents(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const { statuses, team } = filter;
  if (statuses.length > 0 && statuses.every((status) => status === "suppressed")) {
    yield { rows: [], notice: "flashduty has no suppressed incidents" };
    return;
  }
  if (team !== undefined && !/^\d+$/.test(team)) {
    throw usageError(`"${team}" is not the id of a team of Flashduty, which is a number`);
  }
  if (filter.sort === "created") yield* inWindows(connection, filter);
  else yield await sorted(connection, filter);
}

async function* inWindows(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const http = await connection.http();
  const end = filter.until === undefined ? endOf(connection) : Math.ceil(filter.until.getTime() / 1000) + 1;
  const begin = filter.since === undefined ? end - defaultLookBackSeconds : Math.floor(filter.since.getTime() / 1000);
  const windows = windowsOf(begin, end);
  if (filter.order === "asc") windows.reverse();
  const compare = comparison(filter);
  // Rows do not name their team, so `team_ids` is the only filter that cannot be checked here.
  const { team: _, ...checkable } = filter;
  // Two windows share an end: a row at the end of one may also be in the next.
  let before = new Set<string>();
  let left = filter.limit;
  for (const window of windows) {
    const seen = new Set<string>();
    for await (const { rows, truncated } of pagesOf(http, connection, filter, window)) {
      const fresh = rows.filter(({ id }) => !before.has(id) && !seen.has(id));
      for (const { id } of rows) seen.add(id);
      const wanted = fresh
        .filter((incident) => matches(incident, checkable))
        .sort(compare)
        .slice(0, left);
      left -= wanted.length;
      if (wanted.length > 0 || truncated !== undefined)
        yield { rows: wanted, ...(truncated !== undefined && { truncated }) };
      if (left <= 0) return;
    }
    before = seen;
  }
  if (filter.since === undefined) {
    const date = new Date(begin * 1000).toISOString().slice(0, 10);
    yield { rows: [], notice: `looked back 180 days, to ${date}; --since 52w looks further` };
  }
}

/** Where the newest window ends. */
function endOf(connection: Connection): number {
  return Math.ceil(connection.now().getTime() / 1000) + maxClockSkewSeconds;
}

/** From newest to oldest. */
function windowsOf(begin: number, end: number): Window[] {
  const windows: Window[] = [];
  for (let upper = end; upper > begin; upper -= windowSeconds)
    windows.push({ start: Math.max(begin, upper - windowSeconds), end: upper });
  return windows;
}

async function* pagesOf(
  http: HttpClient,
  connection: Connection,
  filter: IncidentFilter,
  { start, end }: Window,
): AsyncIterable<{ rows: Incident[]; truncated?: string }> {
  let cursor: string | undefined;
  const cursors = new Set<string>();
  let seen = 0;
  // The smallest count of all pages: some incidents may have left the list since the first.
  let minTotal = Number.POSITIVE_INFINITY;
  for (;;) {
    const body = {
      ...toQuery(filter),
      start_time: start,
      end_time: end,
      limit: pageSize,
      ...(cursor !== undefined && { search_after_ctx: cursor }),
    };
    const answer = await http.request("POST /incident/list", { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, "POST /incident/list", "incidents");
    seen += rows.length;
    if (typeof data.total === "number") minTotal = Math.min(minTotal, data.total);
    cursor = asText(data.search_after_ctx) ?? undefined;
    const ended = data.has_next_page !== true;
    const lost = !ended && (rows.length === 0 || cursor === undefined || cursors.has(cursor));
    const truncated = lost
      ? "Flashduty reports more rows, but not where they begin"
      : missingRows(rows, { total: minTotal, seen, more: false });
    yield { rows: rows.map((row) => toIncident(row, connection)), ...(truncated !== undefined && { truncated }) };
    if (ended || lost || cursor === undefined) return;
    cursors.add(cursor);
  }
}

/** The filters that the vendor applies. All filters are checked again on the rows that it returns. */
function toQuery(filter: IncidentFilter): Record<string, unknown> {
  const open = filter.statuses.length > 0 && !filter.statuses.includes("resolved");
  const closed = filter.statuses.length > 0 && filter.statuses.every((status) => status === "resolved");
  const numbers = (ids: string[]): number[] => ids.filter((id) => /^\d+$/.test(id)).map(Number);
  const channels = numbers(filter.services);
  const people = numbers(filter.assignee === undefined ? [] : [filter.assignee]);
  return {
    ...(open && { progress: "Triggered,Processing" }),
    ...(closed && { progress: "Closed" }),
    ...(filter.urgencies.length > 0 && {
      incident_severity: filter.urgencies.map((urgency) => severityOf[urgency]).join(","),
    }),
    ...(channels.length > 0 && channels.length === filter.services.length && { channel_ids: channels }),
    ...(people.length > 0 && { responder_ids: people }),
    ...(filter.team !== undefined && { team_ids: [Number(filter.team)] }),
    ...(filter.order === "asc" && { asc: true }),
  };
}

async function sorted(connection: Connection, filter: IncidentFilter): Promise<Page<Incident>> {
  const all: Incident[] = [];
  let truncated: string | undefined;
  let notice: string | undefined;
  for await (const page of inWindows(connection, {
    ...filter,
    sort: "created",
    order: "desc",
    limit: maxSorted + 1,
  })) {
    all.push(...page.rows);
    truncated ??= page.truncated;
    notice ??= page.notice;
  }
  if (all.length > maxSorted) truncated = `only the newest ${maxSorted} incidents can be sorted by ${filter.sort}`;
  const rows = all.sort(comparison(filter)).slice(0, filter.limit);
  return {
    rows,
    total: all.length,
    ...(truncated !== undefined && { truncated }),
    ...(notice !== undefined && { notice }),
  };
}

/** One incident by its id (24 hex characters) or by the number of 6 characters that the console shows. */
export async function showIncident(connection: Connection, id: string): Promise<Incident> {
  const isNumber = /^[0-9a-z]{6}$/i.test(id);
  if (!isNumber && !/^[0-9a-f]{24}$/i.test(id)) {
    throw usageError(
      `"${id}" is not an id of Flashduty: 24 hexadecimal characters, or a number of 6`,
      "onduty incidents list",
    );
  }
  const http = await connection.http();
  const row = isNumber
    ? await findByNumber(http, connection, id.toUpperCase())
    : await findById(http, id.toLowerCase());
  if (row !== undefined) return toIncident(row, connection);
  const where = isNumber ? " among those of the last 180 days; an older one is found by its id" : "";
  throw new CliError("notFound", `incident "${id}" not found${where}`, {
    hint: "onduty incidents list --status all",
  });
}

/** See `Provider.incidents.refresh`. */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const rows = await readByIds(await connection.http(), [...ids]);
  return new Map(
    ids.map((id) => {
      const row = rows.get(id);
      return [id, row === undefined ? null : toIncident(row, connection)];
    }),
  );
}

async function findById(http: HttpClient, id: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await http.request("POST /incident/info", {
      body: { incident_id: id },
      idempotent: true,
      reads: true,
    });
    const row = readData(answer.body);
    const returnedId = asText(row.incident_id);
    if (returnedId?.toLowerCase() === id) return row;
    const reason =
      returnedId === null ? "no incident in the response" : `the response is about incident ${returnedId}, not ${id}`;
    throw new CliError("failure", `POST /incident/info: ${reason}`, { requestId: answer.requestId ?? undefined });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function findByNumber(
  http: HttpClient,
  connection: Connection,
  number: string,
): Promise<Record<string, unknown> | undefined> {
  const end = endOf(connection);
  let found: Record<string, unknown>[] = [];
  for (const { start, end: until } of windowsOf(end - defaultLookBackSeconds, end)) {
    const body = { nums: [number], start_time: start, end_time: until, limit: 20 };
    const answer = await http.request("POST /incident/list", { body, idempotent: true, reads: true });
    const { rows } = readList(answer, "POST /incident/list", "incidents");
    found = rows.filter((row) => asText(row.num) === number);
    if (found.length > 0) break;
  }
  if (found.length > 1) {
    const ids = found.map((row) => asText(row.incident_id)).join(", ");
    throw usageError(
      `the number "${number}" is that of ${found.length} incidents: ${ids}`,
      `onduty incidents show ${asText(found[0]?.incident_id)}`,
    );
  }
  return found[0];
}
