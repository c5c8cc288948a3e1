import type { HttpClient } from "../../http/client.ts";
import type { OpenAlert, Page } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText, missingRows } from "../wire.ts";
import { readList, toId, toTime } from "./wire.ts";

/** A window must be under 31 days, and data is kept for up to 360, depending on the plan. Source: OpenAPI. */
const windowSeconds = 30 * 86_400;
const lookBackSeconds = 360 * 86_400;
/** When our clock is behind the vendor's, the newest alerts start in our future. */
const maxClockSkewSeconds = 12 * 3600;
const pageSize = 100;

const route = "POST /alert/list";

/**
 * See `Provider.events.openAlerts`. An incident of this vendor may hold several alerts, and the key is that of the alert: so alerts
 * are listed. Source: OpenAPI, `/alert/list`.
 */
export async function* listOpenAlerts(connection: Connection): AsyncIterable<Page<OpenAlert>> {
  const http = await connection.http("api");
  const end = Math.ceil(connection.now().getTime() / 1000) + maxClockSkewSeconds;
  for (let upper = end; upper > end - lookBackSeconds; upper -= windowSeconds)
    yield* pagesOf(http, upper - windowSeconds, upper);
}

async function* pagesOf(http: HttpClient, start: number, end: number): AsyncIterable<Page<OpenAlert>> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let seen = 0;
  for (;;) {
    const step = cursor === undefined ? {} : { search_after_ctx: cursor };
    const body = { start_time: start, end_time: end, is_active: true, limit: pageSize, ...step };
    const response = await http.request(route, { body, idempotent: true, reads: true });
    const { data, rows } = readList(response, route, "alerts");
    seen += rows.length;
    const total = typeof data.total === "number" ? data.total : Number.POSITIVE_INFINITY;
    cursor = asText(data.search_after_ctx) ?? undefined;
    const ended = data.has_next_page !== true;
    const lost = !ended && (rows.length === 0 || cursor === undefined || cursors.has(cursor));
    const truncated = lost
      ? "Flashduty reports more rows, but not where they begin"
      : missingRows(rows, { total, seen, more: !ended });
    yield { rows: rows.flatMap(toOpen), ...(truncated !== undefined && { truncated }) };
    if (ended || lost || cursor === undefined) return;
    cursors.add(cursor);
  }
}

/** The vendor is asked for active alerts only; whether one has ended is checked all the same. */
function toOpen(row: Record<string, unknown>): OpenAlert[] {
  const dedupKey = asText(row.alert_key);
  if (dedupKey === null || asText(row.alert_status) === "Ok") return [];
  const id = toId(row.channel_id);
  return [
    {
      dedupKey,
      title: asText(row.title),
      service: id === null ? null : { id, name: asText(row.channel_name) ?? id },
      createdAt: toTime(row.start_time) ?? new Date(0).toISOString(),
    },
  ];
}
