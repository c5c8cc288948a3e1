import type { SandboxIncident } from "../model.ts";
import { objectOf } from "../reply.ts";
import { findService, services } from "../seed.ts";
import { type Call, type Handler, iso, ok, page, valuesOf, withIncident } from "./call.ts";
import { firstLog, logOf, logWire } from "./log.ts";
import { reference } from "./policies.ts";
import { isByEvent, statusOf } from "./wire.ts";

/* Alerts of an incident, its history, and earlier ones that are like it. Source: the vendor's OpenAPI. */

export const alertRoutes: Record<string, Handler> = {
  "GET /incidents/*/log_entries": (call) =>
    withIncident(call, (one) => page(call, "log_entries", logOf(one), (item) => logWire(one, item))),
  "GET /incidents/*/alerts": (call) =>
    withIncident(call, (one) => {
      const wanted = valuesOf(call, "statuses");
      const alerts = isByEvent(one) && wanted?.includes(alertStatus(one, call.now)) !== false ? [one] : [];
      return page(call, "alerts", alerts, (incident) => alertWire(incident, call));
    }),
  "GET /incidents/*/past_incidents": (call) => withIncident(call, (one) => pastIncidents(call, one)),
};

function alertStatus(one: SandboxIncident, now: number): "triggered" | "resolved" {
  return statusOf(one, now) === "resolved" ? "resolved" : "triggered";
}

function alertWire(one: SandboxIncident, call: Call): object {
  const service = findService("pagerduty", one.service) ?? services[0];
  const owner = reference("service", service.pagerduty, service.name, "service-directory");
  const first = logWire(one, firstLog(one)) as Record<string, unknown>;
  const { id, summary, self, html_url } = first;
  const isFull = call.query.getAll("include[]").includes("first_trigger_log_entries");
  return {
    ...reference("alert", `A${one.id.slice(1)}`, one.title, `incidents/${one.id}/alerts`),
    type: "alert",
    alert_key: one.dedupKey,
    status: alertStatus(one, call.now),
    severity: one.urgency === "HIGH" ? "critical" : "warning",
    suppressed: false,
    created_at: iso(one.createdAt),
    service: owner,
    integration: reference("events_api_v2_inbound_integration", "PINTEV2", "Events API v2", "integrations"),
    incident: reference("incident", one.id, one.title, "incidents"),
    first_trigger_log_entry: isFull ? first : { id, type: "trigger_log_entry_reference", summary, self, html_url },
    body: { type: "alert_body", contexts: [], details: detailsOf(one) },
  };
}

/** The custom details of its event. */
function detailsOf({ description, labels }: SandboxIncident): object {
  try {
    return { ...labels, ...objectOf(JSON.parse(description ?? "{}")) };
  } catch {
    return { ...labels, description };
  }
}

/** Those on the same service, with the words that both titles have as a score. */
function pastIncidents({ query, store }: Call, one: SandboxIncident) {
  const limit = Number(query.get("limit") ?? 5);
  const words = (title: string): string[] => title.toLowerCase().split(/\W+/).filter(Boolean);
  const own = words(one.title);
  const past = store
    .newestFirst("pagerduty")
    .filter(({ id, service, createdAt }) => id !== one.id && service === one.service && createdAt <= one.createdAt)
    .map(({ id, title, createdAt }) => ({
      incident: { id, created_at: iso(createdAt), self: `https://api.pagerduty.com/incidents/${id}`, title },
      score: words(title).filter((word) => own.includes(word)).length * 10.5,
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
  const { body } = ok("past_incidents", past);
  return { status: 200, body: { ...objectOf(body), total: query.get("total") === "true" ? past.length : null, limit } };
}
