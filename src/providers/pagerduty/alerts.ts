import { CliError } from "../../errors.ts";
import type { Alert, AlertEvent } from "../../model/alert.ts";
import type { Page } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText, asTime } from "../wire.ts";
import { pagesOf } from "./paging.ts";
import { pathOf, readIncident } from "./show.ts";
import { idOf, nameOf, type Row, toReference } from "./wire.ts";

/**
 * `GET /incidents/{id}/alerts`. Of the events of an alert the vendor gives the first alone, and no count of them. Source: OpenAPI.
 */
export async function* listAlerts(connection: Connection, word: string): AsyncIterable<Page<Alert>> {
  const http = await connection.http();
  // The route takes an id. Reading the incident also shows whether it exists.
  const id = idOf(await readIncident(http, word), "GET /incidents/{id}");
  const query = [
    ["include[]", "first_trigger_log_entries"],
    ["sort_by", "created_at:desc"],
  ] as const;
  for await (const { rows, truncated } of pagesOf(http, { route: `GET ${pathOf(id)}/alerts`, name: "alerts", query }))
    yield { rows: rows.map((row) => toAlert(row, connection)), ...(truncated !== undefined && { truncated }) };
}

function toAlert(row: Row, { profile }: Connection): Alert {
  const id = asText(row.id);
  if (id === null) throw new CliError("failure", "an alert in the response has no id");
  const details = asObject(row.body)?.details;
  const severity = asText(row.severity)?.toLowerCase() ?? null;
  const labels = labelsOf(details);
  const first = toEvent(row.first_trigger_log_entry, { severity, labels });
  return {
    id,
    dedupKey: asText(row.alert_key),
    title: nameOf(row) ?? "(no title)",
    description: asText(details),
    // A word that is not known counts as firing.
    status: row.status === "resolved" ? "resolved" : "firing",
    severity,
    service: toReference(row.service),
    source: nameOf(asObject(row.integration) ?? {}),
    createdAt: asTime(row.created_at),
    updatedAt: asTime(row.updated_at),
    resolvedAt: asTime(row.resolved_at),
    labels,
    eventCount: null,
    events: first === undefined ? [] : [first],
    provider: "pagerduty",
    profile: profile.name,
  };
}

/** The entry of the trigger, where the response has more of it than a reference. */
function toEvent(value: unknown, of: Pick<AlertEvent, "severity" | "labels">): AlertEvent | undefined {
  const entry = asObject(value);
  const at = asTime(entry?.created_at);
  if (entry === undefined || at === null) return undefined;
  const channel = asObject(entry.channel);
  return {
    id: asText(entry.id) ?? "",
    at,
    ...of,
    title: asText(channel?.summary) ?? asText(channel?.subject) ?? asText(entry.summary),
    description: asText(asObject(entry.event_details)?.description),
  };
}

/** The custom details of an event as labels; a text is its description. */
function labelsOf(details: unknown): Record<string, string> {
  const pairs = Object.entries(asObject(details) ?? {});
  return Object.fromEntries(
    pairs.flatMap(([name, value]): [string, string][] =>
      value === null || value === "" ? [] : [[name, typeof value === "object" ? JSON.stringify(value) : String(value)]],
    ),
  );
}
