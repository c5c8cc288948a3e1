import pMap from "p-map";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentFilter, OpenAlert, Page } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText, asTime } from "../wire.ts";
import { openPages } from "./incident-pages.ts";
import { readAll } from "./paging.ts";
import { pathOf } from "./show.ts";
import { idOf, type Row, toReference } from "./wire.ts";

const everyOpen: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** Incidents whose alerts are read at once. The vendor asks for few requests at a time. */
const atOnce = 2;

/**
 * What is open, by dedup key. An incident has the key itself only as long as it has no alerts; then each alert has one. Source: the
 * vendor's documentation.
 */
export async function* listOpenAlerts(connection: Connection): AsyncIterable<Page<OpenAlert>> {
  const http = await connection.http();
  for await (const { rows, truncated } of openPages(http, everyOpen, ["triggered", "acknowledged"])) {
    const reasons: string[] = truncated === undefined ? [] : [truncated];
    const alerts = await pMap(rows, (row) => alertsOf(http, row, reasons), { concurrency: atOnce });
    const [reason] = reasons;
    yield { rows: alerts.flat(), ...(reason !== undefined && { truncated: reason }) };
    if (reason !== undefined) return;
  }
}

async function alertsOf(http: HttpClient, row: Row, reasons: string[]): Promise<OpenAlert[]> {
  const key = asText(row.incident_key);
  if (key !== null) return [toAlert(row, key, row)];
  if (asObject(row.alert_counts)?.all === 0) return [];
  const { rows, truncated } = await readAll(http, {
    route: `GET ${pathOf(idOf(row, "GET /incidents"))}/alerts`,
    name: "alerts",
    query: [["statuses[]", "triggered"]],
  });
  if (truncated !== undefined) reasons.push(truncated);
  return rows.flatMap((alert) => {
    const own = asText(alert.alert_key);
    return own === null || alert.status === "resolved" ? [] : [toAlert(alert, own, row)];
  });
}

function toAlert(row: Row, dedupKey: string, incident: Row): OpenAlert {
  return {
    dedupKey,
    title: asText(incident.title) ?? asText(row.summary),
    service: toReference(incident.service),
    createdAt: asTime(row.created_at) ?? new Date(0).toISOString(),
  };
}
