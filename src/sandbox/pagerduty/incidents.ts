import type { SandboxIncident } from "../model.ts";
import { objectOf, type Reply, text } from "../reply.ts";
import { findPerson, findService, people } from "../seed.ts";
import { type Call, fail, type Handler, invalid, iso, ok, page, valuesOf, withIncident } from "./call.ts";
import { applyChange, checkChange } from "./changes.ts";
import { fieldsWire } from "./fields.ts";
import { addLog } from "./log.ts";
import { peopleAt, policyOf, reference } from "./policies.ts";
import { incidentWire, priorities, statusOf, teamOf, urgencyOf, userWire } from "./wire.ts";

/* Incidents of PagerDuty. Source: the vendor's OpenAPI and documentation. */

const dayMs = 86_400_000;
const maxChanges = 250;
const maxSnooze = 604_800;

export const incidentRoutes: Record<string, Handler> = {
  "GET /incidents": list,
  "POST /incidents": create,
  "PUT /incidents": changeMany,
  "GET /incidents/*": (call) =>
    withIncident(call, (one) => {
      const hasFields = call.query.getAll("include[]").includes("custom_fields");
      return ok("incident", { ...incidentWire(one, call), ...(hasFields && { custom_fields: fieldsWire(one) }) });
    }),
  "PUT /incidents/*": (call) =>
    withIncident(call, (one) => {
      const change = objectOf(call.body.incident);
      const wrong = checkChange(one, change);
      if (wrong !== undefined) return wrong;
      applyChange(call, one, change);
      return ok("incident", incidentWire(one, call));
    }),
  "POST /incidents/*/snooze": (call) => withIncident(call, (one) => snooze(call, one)),
  "PUT /incidents/*/merge": (call) => withIncident(call, (one) => merge(call, one)),
  "GET /incidents/*/notes": (call) =>
    withIncident(call, (one) => ok("notes", (one.feed ?? []).filter(({ type }) => type === "annotate").map(noteWire))),
  "POST /incidents/*/notes": (call) =>
    withIncident(call, (one) => {
      const content = text(objectOf(call.body.note).content);
      if (content === undefined) return invalid("Content cannot be empty");
      const item = addLog(call, one, "annotate", { content });
      return ok("note", noteWire(item));
    }),
  "GET /priorities": (call) => page(call, "priorities", priorities, (one) => one),
};

/** Without a window those of the last month, open ones too. */
function list(call: Call): Reply {
  const { query, store, now } = call;
  const [wanted, urgencies] = [valuesOf(call, "statuses"), valuesOf(call, "urgencies")];
  if (wanted?.some((word) => !["triggered", "acknowledged", "resolved"].includes(word)))
    return fail(400, "Invalid Status Provided", 1003);
  const [services, users, owners] = ["service_ids", "user_ids", "team_ids"].map((name) => valuesOf(call, name));
  const since = query.get("since");
  const until = query.get("until");
  const isAll = query.get("date_range") === "all";
  const from = isAll ? 0 : since === null ? now - 30 * dayMs : Date.parse(since);
  const to = isAll || until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (Number.isNaN(from) || Number.isNaN(to)) return fail(400, "Invalid Date Format", 2005);
  if (!isAll && until !== null && to - from > 184 * dayMs)
    return fail(400, "Arguments Caused Error", 2004, ["The date range may not exceed 6 months."]);
  const key = query.get("incident_key");
  const { limit: _, offset: _offset, ...filters } = Object.fromEntries(query);
  const found = store.cached(`pagerduty ${query.getAll("statuses[]").join()} ${query} ${JSON.stringify(filters)}`, () =>
    store.newestFirst("pagerduty").filter((one) => {
      const status = statusOf(one, now);
      return (
        one.createdAt >= from &&
        one.createdAt <= to &&
        (wanted === undefined || wanted.includes(status)) &&
        (urgencies === undefined || urgencies.includes(urgencyOf(one))) &&
        (services === undefined || services.includes(one.service)) &&
        (owners === undefined || owners.includes(teamOf(one).pagerduty)) &&
        (users === undefined || (status !== "resolved" && one.assignees.some((id) => users.includes(id)))) &&
        (key === null || one.dedupKey === key)
      );
    }),
  );
  const isDescending = query.get("sort_by")?.split(",")[0] === "created_at:desc";
  return page(call, "incidents", isDescending ? found : [...found].reverse(), (one) => incidentWire(one, call));
}

function create(call: Call): Reply {
  const { body, store, began, now } = call;
  const given = objectOf(body.incident);
  const title = text(given.title);
  if (title === undefined) return invalid("Title cannot be empty");
  const service = findService("pagerduty", String(objectOf(given.service).id));
  if (service === undefined) return invalid("Service not found");
  const key = text(given.incident_key);
  if (key !== undefined && store.findOpen("pagerduty", key, service.pagerduty) !== undefined)
    return invalid("Open incident with matching dedup key already exists on this service");
  const priority = priorities.find(({ id }) => id === objectOf(given.priority).id);
  if (given.priority !== undefined && priority === undefined) return fail(400, "Priority Not Found", 1020);
  const [assignment] = Array.isArray(given.assignments) ? given.assignments : [];
  const assignee = findPerson("pagerduty", String(objectOf(objectOf(assignment).assignee).id));
  if (assignment !== undefined && assignee === undefined) return fail(400, "Assignee Not Found", 1007);
  const incident = store.open("pagerduty", {
    title,
    service: service.pagerduty,
    urgency: given.urgency === "low" ? "LOW" : "HIGH",
    priority: priority?.name ?? null,
    description: text(objectOf(given.body).details) ?? null,
    dedupKey: key ?? `sandbox-${store.state.sequence + 1}`,
    assignees:
      assignee === undefined ? peopleAt(policyOf(service.pagerduty), 1, { store, began }, now) : [assignee.pagerduty],
    fields: { manual: true, ...(call.actor !== undefined && { by: call.actor + 1 }) },
  });
  return ok("incident", incidentWire(incident, call), 201);
}

/** Either all changes are made, or none. */
function changeMany(call: Call): Reply {
  const changes = Array.isArray(call.body.incidents) ? call.body.incidents.map(objectOf) : [];
  if (changes.length === 0) return invalid("Incidents cannot be empty");
  if (changes.length > maxChanges) return fail(413, "Request Entity Too Large", 2001);
  const found = changes.map((change) => ({ change, one: call.store.find("pagerduty", String(change.id)) }));
  for (const { change, one } of found) {
    if (one === undefined) return invalid("Incident Not Found");
    const wrong = checkChange(one, change);
    if (wrong !== undefined) return wrong;
  }
  const rows = found.flatMap(({ change, one }) => {
    if (one === undefined) return [];
    applyChange(call, one, change);
    return [one];
  });
  return page(call, "incidents", rows, (one) => incidentWire(one, call));
}

function snooze(call: Call, one: SandboxIncident): Reply {
  const { body, now } = call;
  const seconds = Number(body.duration);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxSnooze)
    return fail(400, "Invalid Snooze Duration", 1013);
  if (statusOf(one, now) !== "acknowledged") return fail(400, "Incident Not Acknowledged", 1012);
  one.snoozedUntil = now + seconds * 1000;
  addLog(call, one, "snooze", { duration: seconds });
  return ok("incident", incidentWire(one, call), 201);
}

function merge(call: Call, target: SandboxIncident): Reply {
  const { body, store } = call;
  if (target.status === "RESOLVED") return fail(400, "Incident Already Resolved", 1001);
  const sources = Array.isArray(body.source_incidents)
    ? body.source_incidents.map((one) => String(objectOf(one).id))
    : [];
  const found = sources.map((id) => store.find("pagerduty", id));
  if (found.length === 0 || found.some((one) => one === undefined || one === target))
    return invalid("Incident Not Found");
  for (const one of found) {
    if (one === undefined) continue;
    if (one.status === "RESOLVED") return fail(400, "Incident Already Merged", 1019);
  }
  for (const one of found) {
    if (one === undefined) continue;
    store.setStatus("pagerduty", one, "RESOLVED", (people[call.actor ?? 0] ?? people[0]).pagerduty);
    addLog(call, one, "merge", { into: target.id });
  }
  return ok("incident", reference("incident", target.id, `[#${target.sequence}] ${target.title}`, "incidents"));
}

function noteWire(item: { detail: Record<string, unknown>; by: number; at: number }): object {
  const id = `N${item.at.toString(36).toUpperCase()}`;
  const user = userWire(people[item.by - 1]?.pagerduty, false);
  const channel = { summary: "The PagerDuty website or APIs" };
  return { id, user, channel, content: item.detail.content, created_at: iso(item.at), updated_at: iso(item.at) };
}
