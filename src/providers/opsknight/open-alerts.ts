import { type IncidentFilter, incidentStatuses, type OpenAlert, type Page } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { listIncidents } from "./incidents.ts";

const unresolved: IncidentFilter = {
  statuses: incidentStatuses.filter((status) => status !== "resolved"),
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** See `Provider.events.openAlerts`. Each incident has the key of its events. */
export async function* listOpenAlerts(connection: Connection): AsyncIterable<Page<OpenAlert>> {
  for await (const { rows, truncated } of listIncidents(connection, unresolved))
    yield {
      rows: rows.flatMap(({ dedupKey, title, service, createdAt }) =>
        dedupKey === null ? [] : [{ dedupKey, title, service, createdAt }],
      ),
      ...(truncated !== undefined && { truncated }),
    };
}
