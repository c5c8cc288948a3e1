import type { SandboxIncident } from "../model.ts";
import { findPerson, findService, people, services, teams } from "../seed.ts";
import { type Call, iso } from "./call.ts";
import { policyFor, reference } from "./policies.ts";

/* An incident as PagerDuty shows it. Source: the vendor's OpenAPI. */

/** A snooze that has run out makes it triggered again. */
export function statusOf(one: SandboxIncident, now: number): "triggered" | "acknowledged" | "resolved" {
  if (one.status === "RESOLVED") return "resolved";
  const ranOut = one.snoozedUntil !== null && one.snoozedUntil <= now;
  return one.status === "ACKNOWLEDGED" && !ranOut ? "acknowledged" : "triggered";
}

export const urgencyOf = ({ urgency }: SandboxIncident): "high" | "low" => (urgency === "HIGH" ? "high" : "low");

export const priorities = [
  { id: "PPRIO01", name: "P1", description: "Customers cannot work" },
  { id: "PPRIO02", name: "P2", description: "Customers are hindered" },
  { id: "PPRIO03", name: "P3", description: "Nobody notices yet" },
].map((one) => ({ ...one, type: "priority", summary: one.name, self: null, html_url: null }));

export function teamOf(one: SandboxIncident) {
  const service = findService("pagerduty", one.service) ?? services[0];
  return teams[service.team];
}

/** A person as a reference, or in full. */
export function userWire(id: string | undefined, isFull: boolean): object | null {
  const person = findPerson("pagerduty", id);
  if (person === undefined) return null;
  const own = reference("user", person.pagerduty, person.name);
  if (!isFull) return own;
  const { name, email, timeZone: time_zone } = person;
  const role = "limited_user";
  const lists = { teams: [], contact_methods: [], notification_rules: [] };
  // Not by spreading, which V8 keeps as a slow dictionary.
  return Object.assign(own, { type: "user", name, email, time_zone, role, job_title: null, description: null }, lists);
}

/** Whether an event opened it: then its key is that of its alert. */
export const isByEvent = (one: SandboxIncident): boolean => one.dedupKey !== null && one.fields?.manual !== true;

export function incidentWire(one: SandboxIncident, { now, query }: Pick<Call, "now" | "query">): object {
  const includes = query.getAll("include[]");
  const service = findService("pagerduty", one.service) ?? services[0];
  const status = statusOf(one, now);
  const policy = policyFor(one);
  const number = one.sequence;
  const isResolved = status === "resolved";
  const acker = one.acks.at(-1);
  const changer = isResolved ? people[Number(one.fields?.resolvedBy ?? -1)]?.pagerduty : acker?.person;
  const count = isByEvent(one) ? 1 : 0;
  return {
    ...reference("incident", one.id, `[#${number}] ${one.title}`, "incidents"),
    type: "incident",
    incident_number: number,
    title: one.title,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    status,
    incident_key: isByEvent(one) ? null : one.dedupKey,
    service: reference("service", service.pagerduty, service.name, "service-directory"),
    assignments: isResolved
      ? []
      : one.assignees.map((id) => ({
          at: iso(one.createdAt),
          assignee: userWire(id, includes.includes("assignees")),
        })),
    assigned_via: "escalation_policy",
    last_status_change_at: iso(one.resolvedAt ?? acker?.at ?? one.createdAt),
    last_status_change_by: userWire(changer, false) ?? reference("service", service.pagerduty, service.name),
    resolved_at: iso(one.resolvedAt),
    alert_counts: { all: count, triggered: isResolved ? 0 : count, resolved: isResolved ? count : 0 },
    is_mergeable: true,
    incident_type: { name: "incident_default" },
    escalation_policy: reference("escalation_policy", policy.id, policy.name, "escalation_policies"),
    teams: [reference("team", teamOf(one).pagerduty, teamOf(one).name, "teams")],
    pending_actions:
      status === "acknowledged" && one.snoozedUntil !== null
        ? [{ type: "unacknowledge", at: iso(one.snoozedUntil) }]
        : [],
    acknowledgements:
      status === "acknowledged"
        ? one.acks.map(({ person, at }) => ({
            at: iso(at),
            acknowledger: userWire(person, includes.includes("acknowledgers")),
          }))
        : [],
    alert_grouping: null,
    priority: priorities.find(({ name }) => name === one.priority) ?? null,
    resolve_reason: null,
    urgency: urgencyOf(one),
    ...(includes.includes("body") && {
      body: { type: "incident_body", details: one.description ?? "" },
    }),
  };
}
