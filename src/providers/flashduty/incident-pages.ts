import type { HttpClient } from "../../http/client.ts";
import type { IncidentFilter } from "../../model/incident.ts";
import { asText, missingRows } from "../wire.ts";
import { numericId } from "./ids.ts";
import { maxExactTotal } from "./paging.ts";
import { isDeleted, readList } from "./wire.ts";

/* The incidents of one window of time. Source: OpenAPI, `POST /incident/list`. */

/** A window of time, in Unix seconds. */
export interface Window {
  start: number;
  end: number;
}

/** One page of incidents as the vendor returned them, without deleted ones. */
export interface IncidentPage {
  rows: Record<string, unknown>[];
  /** Number of incidents of all pages, as the vendor counts them. */
  total: number | undefined;
  /** No page follows. */
  isLast: boolean;
  truncated?: string;
}

const route = "POST /incident/list";
const pageSize = 100;
const openWords = "Triggered,Processing";
const knownWords = "Triggered,Processing,Closed";
/** Windows of fewer seconds are not counted in halves. */
const minCountedSeconds = 3600;

/**
 * The incidents of a window that may match a filter. The vendor takes only words to include, and an incident in a state that is not
 * known counts as open. So what is open is asked for by exclusion: everything is read where it fits on one page; else the counts
 * decide whether there is such an incident.
 */
export async function* readWindow(
  http: HttpClient,
  filter: IncidentFilter,
  window: Window,
): AsyncGenerator<IncidentPage> {
  const query = toQuery(filter);
  const { statuses } = filter;
  if (statuses.length === 0) return yield* pagesOf(http, query, window);
  if (statuses.includes("resolved")) {
    const isClosed = statuses.every((status) => status === "resolved");
    return yield* pagesOf(http, { ...query, ...(isClosed && { progress: "Closed" }) }, window);
  }
  const all = pagesOf(http, query, window);
  const first = await all.next();
  if (first.done === true) return;
  if (first.value.isLast) return yield first.value;
  const open = pagesOf(http, { ...query, progress: openWords }, window);
  const [known, page] = await Promise.all([count(http, { ...query, progress: knownWords }, window), open.next()]);
  if (await hasUnknown(http, query, window, { all: first.value.total, known })) {
    yield first.value;
    return yield* all;
  }
  if (page.done !== true) yield page.value;
  return yield* open;
}

/** Whether a window has incidents whose progress is none of the known words. True where the counts do not show it. */
async function hasUnknown(
  http: HttpClient,
  query: object,
  { start, end }: Window,
  counts: { all: number | undefined; known: number | undefined },
): Promise<boolean> {
  if (counts.all === undefined || counts.known === undefined) return true;
  if (counts.all < maxExactTotal) return counts.all > counts.known;
  if (end - start <= minCountedSeconds) return true;
  const middle = Math.floor((start + end) / 2);
  const halves = [
    { start, end: middle },
    { start: middle, end },
  ];
  const found = await Promise.all(
    halves.map(async (half) => {
      // In this order: an incident that opens in between is counted too often, not too rarely.
      const known = await count(http, { ...query, progress: knownWords }, half);
      return hasUnknown(http, query, half, { all: await count(http, query, half), known });
    }),
  );
  return found.includes(true);
}

async function count(http: HttpClient, query: object, { start, end }: Window): Promise<number | undefined> {
  const body = { ...query, start_time: start, end_time: end, limit: 1 };
  const answer = await http.request(route, { body, idempotent: true, reads: true });
  const { total } = readList(answer, route, "incidents").data;
  return typeof total === "number" ? total : undefined;
}

async function* pagesOf(http: HttpClient, query: object, { start, end }: Window): AsyncGenerator<IncidentPage> {
  let cursor: string | undefined;
  const cursors = new Set<string>();
  const ids = new Set<unknown>();
  // The smallest count of all pages: some incidents may have left the list since the first.
  let minTotal = Number.POSITIVE_INFINITY;
  for (;;) {
    const place = cursor !== undefined && { search_after_ctx: cursor };
    const body = { ...query, start_time: start, end_time: end, limit: pageSize, ...place };
    const answer = await http.request(route, { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, route, "incidents");
    const total = typeof data.total === "number" ? data.total : undefined;
    for (const { incident_id: id } of rows) ids.add(id);
    const seen = ids.size;
    if (total !== undefined) minTotal = Math.min(minTotal, total);
    cursor = asText(data.search_after_ctx) ?? undefined;
    // Without a word on it, a cursor after fewer rows than are counted leads on.
    const more = typeof data.has_next_page === "boolean" ? data.has_next_page : cursor !== undefined && seen < minTotal;
    const lost = more && (rows.length === 0 || cursor === undefined || cursors.has(cursor));
    const truncated = lost
      ? "Flashduty reports more rows, but not where they begin"
      : missingRows(rows, { total: more ? 0 : minTotal, seen, more: false });
    const isLast = !more || lost || cursor === undefined;
    const living = rows.filter((row) => !isDeleted(row));
    yield { rows: living, total, isLast, ...(truncated !== undefined && { truncated }) };
    if (isLast || cursor === undefined) return;
    cursors.add(cursor);
  }
}

/** The filters that the vendor applies, besides progress. All but team and text are checked again on the rows that it returns. */
function toQuery(filter: IncidentFilter): Record<string, unknown> {
  const numbers = (ids: string[]): number[] =>
    ids.filter((id) => /^\d+$/.test(id)).map((id) => numericId(id, "a channel, a team or a person"));
  const channels = numbers(filter.services);
  const people = numbers(filter.assignee === undefined ? [] : [filter.assignee]);
  // Only "Warning" is medium. Any word that is not known is high, and "Ok" is low, which the list does not take as a filter.
  const isMedium = filter.urgencies.length > 0 && filter.urgencies.every((urgency) => urgency === "medium");
  return {
    ...(isMedium && { incident_severity: "Warning" }),
    ...(channels.length > 0 && channels.length === filter.services.length && { channel_ids: channels }),
    ...(people.length > 0 && { responder_ids: people }),
    ...(filter.acker !== undefined && { acker_ids: [numericId(filter.acker, "a person", "onduty users list")] }),
    ...(filter.muted === true && { ever_muted: true }),
    ...(filter.team !== undefined && { team_ids: numbers([filter.team]) }),
    ...(filter.query !== undefined && { query: filter.query }),
    ...(filter.order === "asc" && { asc: true }),
  };
}
