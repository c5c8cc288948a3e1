import { usageError } from "../../errors.ts";
import type { Incident, IncidentFilter, Page } from "../../model/incident.ts";
import { Ahead } from "../ahead.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { readWindow, type Window } from "./incident-pages.ts";
import { toIncident } from "./wire.ts";

/** A window must be under 31 days. Source: OpenAPI. */
const windowSeconds = 30 * 86_400;
/** How far a list goes back without `--since`. The vendor keeps data for up to 360 days, depending on the plan. */
export const defaultLookBackSeconds = 180 * 86_400;
/** When our clock is behind the vendor's, the newest incidents start in our future. */
const maxClockSkewSeconds = 12 * 3600;
/** Number of windows that are read at the same time. */
const windowsAtOnce = 3;
/** Maximum of incidents to sort by anything but their start: sorting needs all of them in memory. */
const maxSorted = 10_000;

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
  const readers = windows.map((window) => new Ahead(() => readWindow(http, filter, window)));
  // One more than windows: names of people and schedules may be read meanwhile.
  http.prepareConnections(Math.min(windows.length, windowsAtOnce) + 1);
  const compare = comparison(filter);
  // Rows do not name their team, and the vendor searches in more than the rows show: these two are the vendor's alone.
  const { team: _team, query: _query, ...checkable } = filter;
  // Two windows share an end: a row at the end of one may also be in the next.
  let before = new Set<string>();
  let left = filter.limit;
  let isEmpty = true;
  for (const [index, reader] of readers.entries()) {
    // The first window is often enough; if it is not, several are read at once.
    if (index > 0) for (const next of readers.slice(index, index + windowsAtOnce)) next.begin();
    const seen = new Set<string>();
    for await (const { rows: raw, truncated } of reader) {
      const rows = raw.filter((row) => matchesRow(row, filter)).map((row) => toIncident(row, connection));
      const fresh = rows.filter(({ id }) => !before.has(id) && !seen.has(id));
      for (const { id } of rows) seen.add(id);
      const wanted = fresh
        .filter((incident) => matches(incident, checkable))
        .sort(compare)
        .slice(0, left);
      left -= wanted.length;
      isEmpty &&= wanted.length === 0;
      if (wanted.length > 0 || truncated !== undefined)
        yield { rows: wanted, ...(truncated !== undefined && { truncated }) };
      if (left <= 0) return;
    }
    before = seen;
  }
  // When nothing is found, the notice names the time span that was searched.
  if (filter.since === undefined && isEmpty) {
    const date = new Date(begin * 1000).toISOString().slice(0, 10);
    yield { rows: [], notice: `looked back 180 days, to ${date}; --since 52w looks further` };
  }
}

/** The filters on what an incident of ours does not hold. */
function matchesRow(row: Record<string, unknown>, { muted, acker }: IncidentFilter): boolean {
  const hasAcked = ({ person_id: id, acknowledged_at: at }: Record<string, unknown>): boolean =>
    asText(id) === acker && Number(at) > 0;
  return (
    (muted !== true || row.ever_muted === true) && (acker === undefined || asObjects(row.responders).some(hasAcked))
  );
}

/** Where the newest window ends. */
export function endOf(connection: Connection): number {
  return Math.ceil(connection.now().getTime() / 1000) + maxClockSkewSeconds;
}

/** From newest to oldest. */
export function windowsOf(begin: number, end: number): Window[] {
  const windows: Window[] = [];
  for (let upper = end; upper > begin; upper -= windowSeconds)
    windows.push({ start: Math.max(begin, upper - windowSeconds), end: upper });
  return windows;
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
