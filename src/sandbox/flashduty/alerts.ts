import type { SandboxIncident } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { findService, services } from "../seed.ts";
import {
  type Call,
  cursorPage,
  type Handler,
  idsOf,
  invalid,
  notFound,
  type Outcome,
  pagingOf,
  seconds,
  windowOf,
  wordsOf,
} from "./call.ts";
import { accountId, integrationId, progressOf, severityOf, urgencyOf } from "./incident-wire.ts";
import { isSilenced } from "./silences.ts";

/* Alerts and changes of Flashduty, pushed and read back. Source: the vendor's documentation; the path of the change push is a third party's. */

export const pushRoutes: Record<string, Handler> = {
  "/event/push/alert/standard": pushAlert,
  "/event/push/change/standard": pushChange,
};

export const alertRoutes: Record<string, Handler> = {
  "/alert/list": listAlerts,
  "/alert/event/list": listEvents,
  "/incident/alert/list": listAlertsOfIncident,
  "/change/list": listChanges,
};

/** What is wrong with labels, if anything: at most 50, of text only, their names as Prometheus has them. */
function badLabels(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const labels = Object.entries(objectOf(value));
  if (labels.length > 50) return "labels must have at most 50 entries";
  const good = labels.every(
    ([name, one]) => typeof one === "string" && name.length <= 128 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
  );
  return good ? undefined : "labels must be text under names of letters, digits and _";
}

function labelsOf(value: unknown): Record<string, string> | null {
  const entries = Object.entries(objectOf(value)).map(([name, one]) => [name, String(one).slice(0, 2048)] as const);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Events that are kept of an alert. */
const maxEvents = 100;

function pushAlert({ body, store, now }: Call): Outcome {
  const [title, key] = [text(body.title_rule), text(body.alert_key)];
  const { event_status: status } = body;
  if (title === undefined) return invalid("title_rule is required");
  if (typeof status !== "string" || !["Critical", "Warning", "Info", "Ok"].includes(status))
    return invalid("event_status is not a valid one");
  if (status === "Ok" && key === undefined) return invalid("alert_key is required");
  if ((key?.length ?? 0) > 255) return invalid("alert_key must have at most 255 characters");
  const wrong = badLabels(body.labels);
  if (wrong !== undefined) return invalid(wrong);
  const dedupKey = key ?? `sandbox-${store.state.sequence + 1}`;
  const open = store.findOpen("flashduty", dedupKey);
  const description = text(body.description)?.slice(0, 2048) ?? null;
  const urgency = urgencyOf[status];
  const labels = labelsOf(body.labels);
  const event = { status, title, description: description ?? "", labels: labels ?? {}, at: now * 1000 };
  if (open !== undefined) open.events = [...(open.events ?? []), event].slice(-maxEvents);
  if (status === "Ok") {
    // The incident closes with its last alert.
    if (open !== undefined) store.setStatus("flashduty", open, "RESOLVED");
  } else if (open === undefined) {
    const service = String(services[0].flashduty);
    store.open("flashduty", {
      title: title.slice(0, 512),
      description,
      urgency: urgency ?? "HIGH",
      service,
      dedupKey,
      labels,
      events: [event],
      ...(isSilenced(store, service, { labels: labels ?? {}, severity: status }, now) && { muted: true }),
    });
  } else {
    // An incident is as severe as its alerts have ever been.
    const order = ["LOW", "MEDIUM", "HIGH"];
    if (urgency !== undefined && order.indexOf(urgency) > order.indexOf(open.urgency)) open.urgency = urgency;
    store.touch(open);
  }
  return { data: { alert_key: dedupKey } };
}

const changeStatuses = ["Planned", "Ready", "Processing", "Canceled", "Done"];

function pushChange({ body, store, now }: Call): Outcome {
  if (text(body.change_key) === undefined) return invalid("change_key is required");
  if (text(body.title) === undefined) return invalid("title is required");
  if (!changeStatuses.includes(String(body.change_status))) return invalid("change_status is not a valid one");
  const wrong = badLabels(body.labels);
  if (wrong !== undefined) return invalid(wrong);
  store.state.flashduty.changes.push({ at: now * 1000, body });
  store.touch();
  return { data: undefined };
}

/** The alerts of the sandbox: one for each incident with a key. */
function listAlerts({ body, store, now }: Call): Outcome {
  const window = windowOf(body);
  if (!("start" in window)) return window;
  const [keys, ids, channels] = [body.alert_keys, body.alert_ids, body.channel_ids].map(idsOf);
  const severities = wordsOf(body.alert_severity);
  const found = store.newestFirst("flashduty").filter((one) => {
    const at = seconds(one.createdAt);
    return (
      one.dedupKey !== null &&
      at >= window.start &&
      at <= window.end &&
      (keys === undefined || keys.includes(one.dedupKey)) &&
      (ids === undefined || ids.includes(alertId(one))) &&
      (channels === undefined || channels.includes(one.service)) &&
      (severities === undefined || severities.includes(severityOf[one.urgency])) &&
      (typeof body.is_active !== "boolean" || body.is_active === (one.status !== "RESOLVED"))
    );
  });
  if (body.asc === true) found.reverse();
  const page = cursorPage(body, found, 20);
  if (!("rows" in page)) return page;
  return { data: { items: page.rows.map((one) => toAlert(one, now)), ...page.page } };
}

const alertId = ({ id }: SandboxIncident): string => id.replace(/^5a/, "a1");

function toAlert(one: SandboxIncident, now: number): object {
  const service = findService("flashduty", one.service);
  return {
    alert_id: alertId(one),
    alert_key: one.dedupKey,
    title: one.title,
    title_rule: one.title,
    description: one.description ?? "",
    alert_severity: severityOf[one.urgency],
    alert_status: one.status === "RESOLVED" ? "Ok" : severityOf[one.urgency],
    start_time: seconds(one.createdAt),
    last_time: seconds(one.updatedAt),
    end_time: seconds(one.resolvedAt),
    labels: one.labels ?? {},
    event_cnt: eventsOf(one).length,
    account_id: accountId,
    integration_id: integrationId,
    integration_name: "Sandbox alerts",
    integration_type: "standard",
    channel_id: service?.flashduty ?? 0,
    channel_name: service?.name ?? "",
    channel_status: "enabled",
    ever_muted: one.muted === true,
    created_at: seconds(one.createdAt),
    updated_at: seconds(one.updatedAt),
    incident: { incident_id: one.id, title: one.title, progress: progressOf(one, now) },
    images: [],
    events: [],
  };
}

/** The events of an alert. One that came with the sandbox has one. */
function eventsOf(one: SandboxIncident): NonNullable<SandboxIncident["events"]> {
  const { title, description, labels, createdAt, urgency } = one;
  const first = {
    status: severityOf[urgency],
    title,
    description: description ?? "",
    labels: labels ?? {},
    at: createdAt,
  };
  return one.dedupKey === null ? [] : (one.events ?? [first]);
}

function toEvents(one: SandboxIncident): object[] {
  return eventsOf(one).map(({ status, title, description, labels, at }, index) => ({
    event_id: one.id.replace(/^5a/, "e1").replace(/.{4}$/, index.toString(16).padStart(4, "0")),
    alert_id: alertId(one),
    account_id: accountId,
    channel_id: Number(one.service),
    integration_id: integrationId,
    integration_type: "standard",
    title,
    title_rule: title,
    description,
    alert_key: one.dedupKey,
    event_severity: status,
    event_status: status,
    event_time: seconds(at),
    labels,
    images: [],
    created_at: seconds(at),
    updated_at: seconds(at),
  }));
}

function listEvents({ body, store }: Call): Outcome {
  const one = store.newestFirst("flashduty").find((incident) => alertId(incident) === body.alert_id);
  if (one === undefined || one.dedupKey === null) return notFound("alert");
  return { data: { items: toEvents(one) } };
}

/** An incident of the sandbox has one alert, or none when it was opened by hand. */
function listAlertsOfIncident({ body, store, now }: Call): Outcome {
  const one = store.find("flashduty", String(body.incident_id));
  if (one === undefined) return notFound("incident");
  const paging = pagingOf(body, 1000, 1000);
  if (!("limit" in paging)) return paging;
  const isActive = one.status !== "RESOLVED";
  const isWanted = one.dedupKey !== null && (typeof body.is_active !== "boolean" || body.is_active === isActive);
  const events = body.include_events === true ? { events: toEvents(one) } : {};
  const all = isWanted ? [{ ...toAlert(one, now), ...events }] : [];
  return { data: { items: all.slice(paging.offset, paging.offset + paging.limit), total: all.length } };
}

const hour = 3600;

/** Changes by their key, the newest first; without a window those of the last hour. */
function listChanges({ body, store, now }: Call): Outcome {
  const none = body.start_time === undefined && body.end_time === undefined;
  const window = windowOf(none ? { start_time: now - hour, end_time: now + 1 } : body);
  if (!("start" in window)) return window;
  const paging = pagingOf(body, 10);
  if (!("limit" in paging)) return paging;
  const byKey = new Map<string, { first: number; last: number; events: object[]; body: Record<string, unknown> }>();
  for (const { at, body: event } of store.state.flashduty.changes) {
    const key = String(event.change_key);
    const time = Number(event.event_time) || seconds(at);
    const known = byKey.get(key) ?? { first: time, last: time, events: [], body: event };
    const events = [...known.events, { ...event, event_time: time }];
    byKey.set(key, { first: known.first, last: time, events, body: { ...known.body, ...event } });
  }
  const query = text(body.query)?.toLowerCase() ?? "";
  const all = [...byKey]
    .filter(
      ([, { first, body: change }]) =>
        first >= window.start && first <= window.end && String(change.title).toLowerCase().includes(query),
    )
    .map(([key, { first, last, events, body: change }], index) => ({
      change_id: (index + 1).toString(16).padStart(24, "c"),
      change_key: key,
      change_status: change.change_status,
      title: change.title,
      description: change.description ?? "",
      link: change.link ?? "",
      labels: labelsOf(change.labels),
      start_time: first,
      last_time: last,
      end_time: ["Done", "Canceled"].includes(String(change.change_status)) ? last : 0,
      channel_id: 0,
      channel_name: "",
      integration_id: 8_100_000_000_001,
      integration_name: "Sandbox changes",
      ...(body.include_events === true && { events }),
    }));
  if (body.asc !== true) all.reverse();
  const { limit, offset } = paging;
  const items = all.slice(offset, offset + limit);
  return { data: { items: items, total: all.length, has_next_page: offset + items.length < all.length } };
}
