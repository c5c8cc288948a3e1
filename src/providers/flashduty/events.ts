import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Event, EventReceipt, Severity } from "../../model/event.ts";
import type { KeyKind } from "../../model/key.ts";
import type { Connection, EventLimits } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { describe, labelsOfResolve, toLabels } from "./labels.ts";
import { addNote } from "./note.ts";
import { send } from "./send.ts";
import { readList, toId } from "./wire.ts";

/**
 * The vendor takes 255 characters of a key. The limit is 200, which all vendors take: a key is then the same for each. JSON
 * Schema, in which its reference has the lengths, counts code points.
 */
export const eventLimits: EventLimits = { summary: 512, source: 200, dedupKey: 200, unit: "codePoint" };

/** The vendor has no severity for `error`, and its own mappings disagree. The higher one is used: it hides nothing. */
const statusOf: Record<Severity, string> = {
  critical: "Critical",
  error: "Critical",
  warning: "Warning",
  info: "Info",
};

const changeStatusOf = { started: "Processing", succeeded: "Done", failed: "Canceled", canceled: "Canceled" } as const;

export function keyFor({ action }: Event): KeyKind {
  if (action === "acknowledge") return "api";
  return action === "change" ? "change" : "integration";
}

export function checkEvent({ keys, profile }: Connection, event: Event): void {
  const kind = keyFor(event);
  if (keys.has(kind)) return;
  const names = { api: "an APP key", integration: "an integration key", change: "a change key" };
  const what = { api: "events ack", integration: "sending events", change: "events change" };
  const variables = { api: "ONDUTY_API_KEY", integration: "ONDUTY_INTEGRATION_KEY", change: "ONDUTY_CHANGE_KEY" };
  const hint = profile.name === "env" ? `set ${variables[kind]}` : `onduty keys set ${profile.name} --kind ${kind}`;
  throw new CliError(
    "auth",
    `${what[kind]} on flashduty needs ${names[kind]}, which profile "${profile.name}" does not have`,
    { hint },
  );
}

export async function deliverEvent(connection: Connection, event: Event): Promise<EventReceipt> {
  if (event.action === "acknowledge") return acknowledge(connection, event);
  if (event.action === "change") return pushChange(connection, event);
  return pushAlert(connection, event);
}

/**
 * `POST /event/push/alert/standard`. The response does not show whether the problem was known, nor whether the vendor's rules
 * created an incident.
 */
async function pushAlert(connection: Connection, event: Event): Promise<EventReceipt> {
  const http = await connection.http("integration");
  const resolves = event.action === "resolve";
  const { requestId } = await send(http, "POST /event/push/alert/standard", {
    idempotent: true,
    body: {
      // A `$` begins the vendor's template syntax (`$label::$label`), for which no escape is documented: it is sent unchanged.
      title_rule: event.summary || event.dedupKey,
      event_status: resolves ? "Ok" : statusOf[event.severity],
      alert_key: event.dedupKey,
      ...(event.at !== undefined && { event_time: Math.floor(Date.parse(event.at) / 1000) }),
      ...describe(event),
      ...(resolves ? labelsOfResolve(event) : { labels: toLabels(event) }),
    },
  });
  // A resolve gets the same response where nothing was open.
  return { result: resolves ? null : "triggered", incident: null, requestId, message: null };
}

/** `POST /event/push/change/standard`. Source of the path: a third party. The vendor shows it in its console only. */
async function pushChange(connection: Connection, event: Event): Promise<EventReceipt> {
  const http = await connection.http("change");
  const [link] = event.links;
  const { requestId } = await send(http, "POST /event/push/change/standard", {
    idempotent: true,
    body: {
      change_key: event.dedupKey,
      change_status: changeStatusOf[event.change?.status ?? "started"],
      title: event.summary,
      ...(event.at !== undefined && { event_time: Math.floor(Date.parse(event.at) / 1000) }),
      ...describe(event),
      ...(link !== undefined && { link: link.href }),
      labels: toLabels(event),
    },
  });
  return { result: null, incident: null, requestId, message: null };
}

/** How far back alerts are looked for, by their start and by their last event. A window must be under 31 days. Source: OpenAPI. */
const lookBackSeconds = 30 * 86_400;

/** The vendor has no route that acknowledges by key: finds the alert, and acknowledges its incident. */
async function acknowledge(connection: Connection, event: Event): Promise<EventReceipt> {
  const http = await connection.http("api");
  const started = await findOpen(http, connection, event.dedupKey, false);
  // An alert that started long ago may still fire.
  const found = started.open === undefined ? await findOpen(http, connection, event.dedupKey, true) : started;
  if (found.open === undefined) {
    const message = "no open incident under this key in the last 30 days";
    return { result: "ignored", incident: null, requestId: found.requestId, message };
  }
  const id = toId(found.open.incident_id) ?? "";
  const incident = { id, title: asText(found.open.title), status: "acknowledged", url: null } as const;
  const isAlready = asText(found.open.progress) === "Processing";
  const ack = { body: { incident_ids: [id] }, idempotent: true };
  const { requestId } = isAlready ? found : await send(http, "POST /incident/ack", ack);
  const lost = await addNote(http, [id], event.note);
  const shared = isAlready
    ? "it was acknowledged already"
    : "the incident may hold other alerts, which are acknowledged with it";
  const receipt = { result: "acknowledged", incident, requestId } as const;
  return lost === null ? { ...receipt, message: shared } : { ...receipt, message: `${shared}; ${lost}`, leftOut: lost };
}

/** The open incident of the newest alert under a key, of those that started or, with `byUpdate`, changed in the window. */
async function findOpen(
  http: HttpClient,
  connection: Connection,
  key: string,
  byUpdate: boolean,
): Promise<{ open: Record<string, unknown> | undefined; requestId: string | null }> {
  const end = Math.ceil(connection.now().getTime() / 1000) + 60;
  const window = { start_time: end - lookBackSeconds, end_time: end, ...(byUpdate && { by_updated_at: true }) };
  const alerts: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  let requestId: string | null = null;
  const cursors = new Set<string>();
  do {
    const place = cursor === undefined ? {} : { search_after_ctx: cursor };
    const body = { alert_keys: [key], ...window, limit: 100, ...place };
    const answer = await http.request("POST /alert/list", { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, "POST /alert/list", "alerts");
    requestId = answer.requestId;
    alerts.push(...rows);
    const next = data.has_next_page === true ? asText(data.search_after_ctx) : null;
    cursor = next === null || cursors.has(next) ? undefined : next;
    cursors.add(cursor ?? "");
  } while (cursor !== undefined);
  const open = alerts
    .filter((alert) => asText(alert.alert_key) === key)
    .sort((a, b) => Number(b.start_time ?? 0) - Number(a.start_time ?? 0))
    .flatMap((alert) => asObjects([alert.incident]))
    .find((incident) => asText(incident.progress) !== "Closed" && toId(incident.incident_id) !== null);
  return { open, requestId };
}
