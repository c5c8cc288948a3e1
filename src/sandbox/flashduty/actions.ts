import type { FeedItem, SandboxIncident } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { escalationRules, findPerson, people } from "../seed.ts";
import { type Call, type Handler, invalid, notFound, type Outcome, seconds, texts } from "./call.ts";
import { severityOf, urgencyOf } from "./incident-wire.ts";

/* What is done to incidents of Flashduty. Source: the vendor's OpenAPI. */

export const actionRoutes: Record<string, Handler> = {
  // Acknowledging or closing again changes nothing.
  "/incident/ack": form((incident, { store, person }) => {
    if (incident.status === "RESOLVED") return undefined;
    store.setStatus("flashduty", incident, "ACKNOWLEDGED", String(person));
    return { type: "i_ack", detail: {} };
  }),
  "/incident/unack": act((incident, { store, person }) => {
    if (incident.status !== "ACKNOWLEDGED") return undefined;
    incident.acks = incident.acks.filter((ack) => ack.person !== String(person));
    // It is open again when no acknowledgment is left.
    if (incident.acks.length === 0) store.setStatus("flashduty", incident, "OPEN");
    return { type: "i_unack", detail: {} };
  }),
  "/incident/resolve": form((incident, { store, body }) => {
    if (incident.status === "RESOLVED") return undefined;
    store.setStatus("flashduty", incident, "RESOLVED");
    const given = { root_cause: text(body.root_cause), resolution: text(body.resolution) };
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) incident.texts = { ...incident.texts, [name]: value };
    return { type: "i_rslv", detail: { from: "console" } };
  }),
  "/incident/reopen": act((incident, { store, body }) => {
    if (incident.status !== "RESOLVED") return undefined;
    store.setStatus("flashduty", incident, "OPEN");
    return { type: "i_reopen", detail: { reason: text(body.reason) ?? "" } };
  }),
  "/incident/wake": act((incident) => {
    const snoozedBefore = seconds(incident.snoozedUntil);
    incident.snoozedUntil = null;
    return { type: "i_wake", detail: { snoozedBefore } };
  }),
  "/incident/snooze": (call) => {
    const minutes = Number(call.body.minutes);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440)
      return invalid("minutes must be between 1 and 1440");
    return act((incident) => {
      incident.snoozedUntil = (call.now + minutes * 60) * 1000;
      return { type: "i_snooze", detail: { minutes } };
    })(call);
  },
  "/incident/comment": (call) => {
    const comment = text(call.body.comment);
    if (comment === undefined || comment.length > 1024) return invalid("comment must have 1 to 1024 characters");
    return act(() => ({ type: "i_comm", detail: { comment } }))(call);
  },
  "/incident/assign": (call) => {
    const people = assigneesOf(call.body.assigned_to);
    if (!Array.isArray(people)) return people;
    if (people.length === 0) return invalid("assigned_to.person_ids must have 1 to 100 elements");
    const level = levelOf(call.body.assigned_to);
    return act((incident, { store }) => {
      incident.acks = incident.acks.filter(({ person }) => people.includes(person));
      store.assign("flashduty", incident, people);
      incident.level = level;
      const { rule, name, index } = level ?? {};
      const named = rule !== undefined && { escalate_rule_id: rule, escalate_rule_name: name, layer_idx: index };
      const type = text(objectOf(call.body.assigned_to).type) ?? "assign";
      return { type: "i_assign", detail: { to: people.map(Number), type, ...named } };
    })({ ...call, body: { ...call.body, incident_ids: call.body.incident_ids ?? [call.body.incident_id] } });
  },
  "/incident/responder/add": (call) => {
    const people = assigneesOf(call.body);
    if (!Array.isArray(people)) return people;
    if (people.length === 0) return invalid("person_ids is required");
    return act((incident, { store }) => {
      store.assign("flashduty", incident, [...new Set([...incident.assignees, ...people])]);
      return { type: "i_a_rspd", detail: { to: people.map(Number) } };
    })({ ...call, body: { incident_ids: [call.body.incident_id] } });
  },
  "/incident/merge": merge,
  "/incident/reset": reset,
  "/incident/field/reset": resetField,
  "/field/list": () => ({ data: { items: fieldDefinitions, total: fieldDefinitions.length } }),
};

/** An action on up to a hundred incidents, all or none. The response has no result per id. */
function act(
  change: (incident: SandboxIncident, call: Call) => Pick<FeedItem, "type" | "detail"> | undefined,
): Handler {
  return (call) => {
    const { body, store } = call;
    const wanted = texts(body.incident_ids);
    if (wanted.length === 0 || wanted.length > 100) return invalid("incident_ids must have 1 to 100 elements");
    const found = wanted.flatMap((id) => store.find("flashduty", id) ?? []);
    if (found.length < wanted.length) return notFound("incident");
    for (const incident of found) {
      const item = change(incident, call);
      if (item !== undefined) record(call, incident, item);
    }
    return { data: undefined };
  };
}

/** An action whose form may have custom fields. Source: the vendor's command line. */
function form(change: Parameters<typeof act>[0]): Handler {
  return (call) => {
    const given = objectOf(call.body.custom_fields);
    const wrong = badFields(given);
    if (wrong !== undefined) return wrong;
    return act((incident, one) => {
      const item = change(incident, one);
      if (Object.keys(given).length > 0) incident.fields = { ...incident.fields, ...given };
      return item;
    })(call);
  };
}

/** What is wrong with custom fields, if anything. */
export function badFields(given: Record<string, unknown>): Outcome | undefined {
  const kind = (one: unknown): string => (Array.isArray(one) ? "list" : typeof one);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(customFields, name)) return notFound("field");
    if (value !== null && kind(value) !== kind(customFields[name]))
      return invalid(`${name} must be a ${kind(customFields[name])}`);
  }
  return undefined;
}

function record(
  { store, now, person }: Call,
  incident: SandboxIncident,
  item: Pick<FeedItem, "type" | "detail">,
): void {
  incident.feed = [...(incident.feed ?? []), { ...item, by: person, at: now * 1000 }];
  store.touch(incident);
}

/** People to assign, as ids; or what is wrong with them. */
export function assigneesOf(value: unknown): string[] | Outcome {
  const { person_ids, emails, escalate_rule_id: rule } = objectOf(value);
  const level = levelOf(value);
  if (rule !== undefined && level === null) return notFound("escalate rule");
  if (level !== null) return level.people;
  const given = Array.isArray(person_ids) ? person_ids.map(String) : [];
  if (given.length > 100 || given.some((id) => findPerson("flashduty", id) === undefined))
    return invalid("person_ids are not valid ones");
  // Unknown addresses are ignored.
  const addressed = people.filter(({ email }) => texts(emails).includes(email));
  return [...new Set([...given, ...addressed.map(({ flashduty }) => String(flashduty))])];
}

/** The level of an escalation rule that is named, with its people. */
function levelOf(value: unknown): NonNullable<SandboxIncident["level"]> | null {
  const { escalate_rule_id, layer_idx } = objectOf(value);
  const rule = escalationRules.find(({ id }) => id === escalate_rule_id);
  const level = rule?.levels[Number(layer_idx ?? 0)];
  if (rule === undefined || level === undefined) return null;
  const ids = level.map((index) => String(people[index].flashduty));
  return { rule: rule.id, name: rule.name, index: Number(layer_idx ?? 0), people: ids };
}

function merge(call: Call): Outcome {
  const { body, store } = call;
  const target = store.find("flashduty", String(body.target_incident_id));
  if (target === undefined) return notFound("incident");
  const sources = texts(body.source_incident_ids);
  if (sources.includes(target.id)) return invalid("the target cannot be one of the sources");
  const title = text(body.title);
  if ((title?.length ?? 0) > 512) return invalid("title must have at most 512 characters");
  const done = act((incident) => {
    store.setStatus("flashduty", incident, "RESOLVED");
    return { type: "i_merge", detail: { target_incident: short(target) } };
  })({ ...call, body: { incident_ids: sources } });
  if ("fail" in done) return done;
  if (title !== undefined) target.title = title;
  record(call, target, {
    type: "i_merge",
    detail: {
      source_incidents: sources.flatMap((id) => store.find("flashduty", id) ?? []).map(short),
      target_incident: short(target),
      comment: text(body.comment) ?? "",
    },
  });
  return done;
}

function short({ id, title, status }: SandboxIncident): object {
  const progress = { OPEN: "Triggered", ACKNOWLEDGED: "Processing", RESOLVED: "Closed" } as Record<string, string>;
  return { incident_id: id, title, progress: progress[status] ?? "Triggered" };
}

function reset(call: Call): Outcome {
  const { body, store } = call;
  const incident = store.find("flashduty", String(body.incident_id));
  if (incident === undefined) return notFound("incident");
  const fields = ["title", "description", "impact", "root_cause", "resolution"] as const;
  const given = fields.filter((field) => body[field] !== undefined);
  const urgency = body.incident_severity === undefined ? undefined : urgencyOf[String(body.incident_severity)];
  if (body.incident_severity !== undefined && urgency === undefined)
    return invalid("incident_severity must be Critical, Warning or Info");
  if (given.length === 0 && urgency === undefined) return invalid("at least one field is required");
  for (const field of given) {
    const length = text(body[field])?.length ?? 0;
    const most = field === "title" ? 200 : 6144;
    if (length < 3 || length > most) return invalid(`${field} must have 3 to ${most} characters`);
  }
  const from = { title: incident.title, severity: severityOf[incident.urgency] };
  incident.title = text(body.title) ?? incident.title;
  incident.description = text(body.description) ?? incident.description;
  incident.urgency = urgency ?? incident.urgency;
  for (const name of ["impact", "root_cause", "resolution"] as const)
    if (text(body[name]) !== undefined) incident.texts = { ...incident.texts, [name]: String(body[name]) };
  if (body.title !== undefined)
    record(call, incident, { type: "i_r_title", detail: { from: from.title, to: incident.title } });
  if (urgency !== undefined)
    record(call, incident, { type: "i_r_severity", detail: { from: from.severity, to: severityOf[urgency] } });
  const types = { description: "i_r_desc", impact: "i_r_impact", root_cause: "i_r_rc", resolution: "i_r_rsltn" };
  for (const [field, type] of Object.entries(types))
    if (body[field] !== undefined) record(call, incident, { type, detail: {} });
  return { data: undefined };
}

/** The fields that are defined, with a value of the type of each. */
const customFields: Record<string, unknown> = { customer_impact: "", affected_users: 0, regions: [] };

/** Their definitions. Source of the route: the vendor's command line. */
const fieldDefinitions = [
  { field_name: "customer_impact", display_name: "Customer impact", field_type: "text", value_type: "string" },
  { field_name: "affected_users", display_name: "Affected users", field_type: "text", value_type: "float" },
  { field_name: "regions", display_name: "Regions", field_type: "multi_select", value_type: "string" },
];

function resetField(call: Call): Outcome {
  const { body, store } = call;
  const incident = store.find("flashduty", String(body.incident_id));
  if (incident === undefined) return notFound("incident");
  const name = text(body.field_name) ?? "";
  if (!Object.hasOwn(customFields, name)) return notFound("field");
  const { field_value: value = null } = body;
  const kind = (one: unknown): string => (Array.isArray(one) ? "list" : typeof one);
  if (value !== null && kind(value) !== kind(customFields[name]))
    return invalid(`field_value must be a ${kind(customFields[name])}`);
  incident.fields = { ...incident.fields, [name]: value };
  record(call, incident, { type: "i_r_field", detail: { field_name: name, to: value } });
  return { data: undefined };
}
