import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Alert, AlertEvent } from "../../model/alert.ts";
import type { Page, Report, SimilarIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { checkIds } from "./ids.ts";
import { resolveId } from "./numbers.ts";
import { pagesByNumber } from "./pages.ts";
import { explainMissing } from "./show.ts";
import { readList, toDetails, toId, toLabels, toTime } from "./wire.ts";

/* The alerts of an incident, and incidents that are like it. Source: OpenAPI. */

type Row = Record<string, unknown>;

/** Alerts of one page whose events are asked for, where the list leaves them out. */
const maxAskedAlerts = 25;

/** `POST /incident/alert/list`, with the events of each alert. */
export async function* listAlerts(connection: Connection, word: string): AsyncIterable<Page<Alert>> {
  checkIds([word]);
  const http = await connection.http();
  const id = await resolveId(http, connection, word);
  try {
    const query = { incident_id: id, include_events: true };
    for await (const { rows, ...page } of pagesByNumber(http, "POST /incident/alert/list", query)) {
      const { events, truncated } = await missingEvents(http, rows);
      const reason = page.truncated ?? truncated;
      yield {
        ...page,
        rows: rows.map((row) => toAlert(row, connection, events.get(row))),
        ...(reason !== undefined && { truncated: reason }),
      };
    }
  } catch (error) {
    throw await explainMissing(http, word, error);
  }
}

/** The events that the list leaves out. A failure is the reason why the list is not complete: the alerts are known. */
async function missingEvents(
  http: HttpClient,
  rows: readonly Row[],
): Promise<{ events: Map<Row, Row[]>; truncated?: string }> {
  const lacking = rows.filter((row) => asObjects(row.events).length === 0 && Number(row.event_cnt) > 0);
  const events = new Map<Row, Row[]>();
  const route = "POST /alert/event/list";
  try {
    await pMap(
      lacking.slice(0, maxAskedAlerts),
      async (row) => {
        const body = { alert_id: asText(row.alert_id) };
        const answer = await http.request(route, { body, idempotent: true, reads: true });
        events.set(row, readList(answer, route, "events").rows);
      },
      { concurrency: 4 },
    );
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return { events, truncated: `the events of some alerts are not known: ${error.message}` };
  }
  if (lacking.length <= maxAskedAlerts) return { events };
  return { events, truncated: `the events of ${lacking.length - maxAskedAlerts} alerts are not known` };
}

function toAlert(row: Row, { profile }: Connection, asked: readonly Row[] | undefined): Alert {
  const channel = toId(row.channel_id);
  const id = toId(row.alert_id);
  if (id === null) throw new CliError("failure", "an alert in the response has no id");
  const events = (asked ?? asObjects(row.events)).map(toEvent);
  return {
    id,
    dedupKey: asText(row.alert_key),
    title: asText(row.title) ?? "(no title)",
    description: asText(row.description),
    // A word that is not known counts as firing.
    status: asText(row.alert_status) === "Ok" ? "resolved" : "firing",
    severity: asText(row.alert_severity)?.toLowerCase() ?? null,
    service: channel === null ? null : { id: channel, name: asText(row.channel_name) ?? channel },
    source: asText(row.integration_name),
    createdAt: toTime(row.start_time),
    updatedAt: toTime(row.last_time),
    resolvedAt: toTime(row.end_time),
    labels: toLabels(row.labels) ?? {},
    eventCount: typeof row.event_cnt === "number" ? row.event_cnt : null,
    events: events.sort((a, b) => Date.parse(a.at ?? "") - Date.parse(b.at ?? "")),
    provider: "flashduty",
    profile: profile.name,
  };
}

function toEvent(row: Row): AlertEvent {
  return {
    id: asText(row.event_id) ?? "",
    at: toTime(row.event_time),
    severity: asText(row.event_status ?? row.event_severity)?.toLowerCase() ?? null,
    title: asText(row.title),
    description: asText(row.description),
    labels: toLabels(row.labels) ?? {},
  };
}

/** `POST /incident/past/list`: 100 requests a minute. */
export async function listSimilar(
  connection: Connection,
  word: string,
  limit: number,
): Promise<Report<SimilarIncident>> {
  checkIds([word]);
  const http = await connection.http();
  const id = await resolveId(http, connection, word);
  try {
    const body = { incident_id: id, limit };
    const answer = await http.request("POST /incident/past/list", { body, idempotent: true, reads: true });
    const { rows } = readList(answer, "POST /incident/past/list", "incidents");
    return {
      rows: rows.slice(0, limit).map((row) => ({
        ...toDetails(row, connection),
        score: typeof row.score === "number" ? row.score : null,
      })),
    };
  } catch (error) {
    throw await explainMissing(http, word, error);
  }
}
