import type { HttpClient } from "../../http/client.ts";
import type { IncidentFilter } from "../../model/incident.ts";
import { maxPageSize, type Pairs, pagesOf, type RowsPage, unreachable } from "./paging.ts";
import { iso } from "./schedules.ts";
import type { Row } from "./wire.ts";

/*
 * Incidents as the vendor lists them. Without `date_range=all` the list covers the last month, and with `since` and `until` at most six
 * months, open incidents too. Source: OpenAPI.
 */

const dayMs = 86_400_000;
/** A window is at most six months. */
const windowMs = 180 * dayMs;
/** The bounds of a window are not documented, and may count in days: what is beyond is left out here. */
const marginMs = dayMs;

export interface Span {
  since: Date;
  until: Date;
}

/** Pages of what is open, however old. */
export function openPages(http: HttpClient, filter: IncidentFilter, words: readonly string[]): AsyncIterable<RowsPage> {
  return pagesOf(http, request(filter, [["date_range", "all"], ...words.map(statusPair)], pageSizeOf(filter)));
}

/** Pages of what is resolved, window by window. A list that does not end within its first 10,000 rows goes on in a narrower window. */
export async function* resolvedPages(http: HttpClient, filter: IncidentFilter, span: Span): AsyncGenerator<RowsPage> {
  const seen = new Set<string>();
  const isAscending = filter.order === "asc";
  let { since, until } = { since: span.since.getTime(), until: span.until.getTime() };
  while (since < until) {
    const window = isAscending
      ? { since, until: Math.min(until, since + windowMs - 2 * marginMs) }
      : { since: Math.max(since, until - windowMs + 2 * marginMs), until };
    const bounds: Pairs = [
      ["since", iso(window.since - marginMs)],
      ["until", iso(window.until + marginMs)],
    ];
    let edge: number | undefined;
    let isCut = false;
    for await (const page of pagesOf(http, request(filter, [...bounds, statusPair("resolved")], maxPageSize))) {
      const rows = page.rows.filter(({ id }) => !seen.has(String(id)));
      for (const { id } of rows) seen.add(String(id));
      edge = timeOf(page.rows.at(-1)) ?? edge;
      isCut = page.truncated === unreachable;
      if (page.truncated !== undefined && !isCut) return yield { rows, truncated: page.truncated };
      if (rows.length > 0) yield { rows };
    }
    if (!isCut) {
      if (isAscending) since = window.until;
      else until = window.since;
      continue;
    }
    const isStuck = edge === undefined || (isAscending ? edge <= since : edge >= until);
    if (isStuck || edge === undefined) return yield { rows: [], truncated: `${unreachable}, and more are of one day` };
    if (isAscending) since = edge;
    else until = edge;
  }
}

function request(filter: IncidentFilter, special: Pairs, pageSize: number) {
  return { route: "GET /incidents", name: "incidents", query: [...special, ...pairsOf(filter)], pageSize } as const;
}

/** The filters that the vendor applies. All are checked again on the rows. Resolved incidents have no assignees to filter by. */
function pairsOf({ urgencies, services, team, assignee, order }: IncidentFilter): Pairs {
  const known = urgencies.filter((urgency) => urgency !== "medium");
  return [
    ...(urgencies.length > 0 ? known.map((urgency) => ["urgencies[]", urgency] as const) : []),
    ...services.map((id) => ["service_ids[]", id] as const),
    ...(team === undefined ? [] : [["team_ids[]", team] as const]),
    ...(assignee === undefined ? [] : [["user_ids[]", assignee] as const]),
    ["sort_by", `created_at:${order}`],
    ["time_zone", "UTC"],
  ];
}

/** A page is no longer than what is asked for, where the vendor applies all filters. */
function pageSizeOf({ limit, query, since, until, sort }: IncidentFilter): number {
  const isExact = query === undefined && since === undefined && until === undefined && sort === "created";
  return isExact ? Math.max(1, Math.min(limit, maxPageSize)) : maxPageSize;
}

function statusPair(word: string): readonly [string, string] {
  return ["statuses[]", word];
}

function timeOf(row: Row | undefined): number | undefined {
  const time = typeof row?.created_at === "string" ? Date.parse(row.created_at) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
