import type { SandboxIncident } from "../model.ts";
import { objectOf, type Reply, text } from "../reply.ts";
import { findPerson, people } from "../seed.ts";
import { type Call, fail, invalid } from "./call.ts";
import { addLog } from "./log.ts";
import { peopleAt, policies, policyFor } from "./policies.ts";
import { priorities } from "./wire.ts";

/* Changes of an incident by `PUT`. Source: the vendor's OpenAPI. */

type Fields = Record<string, unknown>;

/** Why a change is refused; undefined for a valid one. */
export function checkChange(one: SandboxIncident, change: Fields): Reply | undefined {
  const { status, type, urgency, priority, escalation_level: level, escalation_policy: policy, assignments } = change;
  if (type !== "incident" && type !== "incident_reference") return invalid("Type is not a valid one");
  if (status !== undefined && !["triggered", "acknowledged", "resolved"].includes(String(status)))
    return fail(400, "Invalid Status Provided", 1003);
  if (status === "resolved" && one.status === "RESOLVED") return fail(400, "Incident Already Resolved", 1001);
  if (urgency !== undefined && urgency !== "high" && urgency !== "low") return invalid("Urgency is not a valid one");
  if (priority !== undefined && priority !== null && priorityOf(priority) === undefined)
    return fail(400, "Priority Not Found", 1020);
  if (level !== undefined && policyFor(one).levels[Number(level) - 1] === undefined)
    return fail(400, "Incident Cannot Be Escalated", 1006);
  if (policy !== undefined && policyIn(policy) === undefined) return invalid("Escalation policy is not a valid one");
  if (assignments === undefined) return undefined;
  if (one.status === "RESOLVED") return fail(400, "Cannot Reassign Incident", 1011);
  return assigneesOf(assignments) === undefined ? fail(400, "Assignee Not Found", 1007) : undefined;
}

function policyIn(value: unknown) {
  return policies.find(({ id }) => id === objectOf(value).id);
}

function priorityOf(value: unknown): string | undefined {
  const word = text(value);
  const id = objectOf(value).id;
  return priorities.find((one) => one.name === word || one.id === id)?.name;
}

/** Undefined when the list is empty, or one of them is unknown. */
function assigneesOf(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [];
  const found = list.map((one) => findPerson("pagerduty", String(objectOf(objectOf(one).assignee).id)));
  const ids = found.flatMap((person) => person?.pagerduty ?? []);
  return ids.length === list.length && ids.length > 0 ? ids : undefined;
}

export function applyChange(call: Call, one: SandboxIncident, change: Fields): void {
  const { store } = call;
  if (change.status !== undefined) changeStatus(call, one, String(change.status), text(change.resolution));
  const title = text(change.title);
  if (title !== undefined) one.title = title;
  if (change.urgency !== undefined) one.urgency = change.urgency === "low" ? "LOW" : "HIGH";
  if (change.priority !== undefined)
    one.priority = change.priority === null ? null : (priorityOf(change.priority) ?? null);
  const assignees = change.assignments === undefined ? undefined : assigneesOf(change.assignments);
  if (assignees !== undefined) {
    one.snoozedUntil = null;
    store.assign("pagerduty", one, assignees);
    addLog(call, one, "assign", {});
  }
  const policy = policyIn(change.escalation_policy);
  if (policy !== undefined) {
    one.level = { rule: policy.id, name: policy.name, index: 0, people: [] };
    store.assign("pagerduty", one, peopleAt(policy, 1, call, call.now));
    addLog(call, one, "assign", {});
  }
  if (change.escalation_level !== undefined) {
    const level = Number(change.escalation_level);
    store.assign("pagerduty", one, peopleAt(policyFor(one), level, call, call.now));
    addLog(call, one, "escalate", { level });
  }
  store.touch(one);
}

/** An acknowledgment of a resolved incident reopens it, and assigns it to whoever made it. */
function changeStatus(call: Call, one: SandboxIncident, status: string, resolution: string | undefined): void {
  const { store, actor, now } = call;
  const person = (people[actor ?? 0] ?? people[0]).pagerduty;
  const isResolved = one.status === "RESOLVED";
  switch (status) {
    case "acknowledged":
      if (isResolved) {
        Object.assign(one, { resolvedAt: null, acks: [], acknowledgedAt: null });
        one.assignees = [person];
      }
      one.snoozedUntil = null;
      store.setStatus("pagerduty", one, "ACKNOWLEDGED", person);
      addLog(call, one, "acknowledge", {});
      return;
    case "resolved":
      one.fields = { ...one.fields, resolvedBy: actor ?? 0 };
      store.setStatus("pagerduty", one, "RESOLVED", person);
      addLog(call, one, "resolve", resolution === undefined ? {} : { note: resolution });
      return;
    default:
      store.setStatus("pagerduty", one, "OPEN");
      if (isResolved) one.assignees = peopleAt(policyFor(one), 1, call, now);
      addLog(call, one, isResolved ? "reopen" : "unacknowledge", {});
  }
}
