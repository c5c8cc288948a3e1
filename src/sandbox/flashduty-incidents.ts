import {
  type Call,
  cursorPage,
  type Handler,
  idsOf,
  invalid,
  notFound,
  type Outcome,
  orNull,
  pagingOf,
  seconds,
  texts,
  windowOf,
  wordsOf,
} from "./flashduty-call.ts";
import { objectOf, text } from "./reply.ts";
import { escalationRules, findPerson, findService, people, services, teams } from "./seed.ts";
import type { FeedItem, SandboxIncident } from "./state.ts";

/* Incidents of Flashduty. Source: the vendor's OpenAPI. */

export const severityOf = { HIGH: "Critical", MEDIUM: "Warning", LOW: "Info" } as const;
export const urgencyOf: Record<string, SandboxIncident["urgency"] | undefined> = {
  Critical: "HIGH",
  Warning: "MEDIUM",
  Info: "LOW",
};
const accountId = 3_100_000_000_001;

export const incidentRoutes: Record<string, Handler> = {
  "/incident/list": list,
  "/incident/info": info,
  "/incident/list-by-ids": ({ body, store, now }) => {
    const items = texts(body.incident_ids).flatMap((id) => store.find("flashduty", id) ?? []);
    const rows = items.map((incident) => toWire(incident, now));
    return { data: { items: orNull(rows), total: rows.length, has_next_page: false } };
  },
  "/incident/create": create,
  "/incident/feed": feed,
  // Acknowledging or closing again changes nothing.
  "/incident/ack": act((incident, { store, person }) => {
    if (incident.status === "RESOLVED") return undefined;
    store.setStatus("flashduty", incident, "ACKNOWLEDGED", String(person));
    return { type: "i_ack", detail: {} };
  }),
  "/incident/unack": act((incident, { store, person }) => {
    if (incident.status !== "ACKNOWLEDGED") return undefined;
    incident.acks = incident.acks.filter((ack) => ack.person !== String(person));
    // It is open again when nobody is left who has acknowledged it.
    if (incident.acks.length === 0) store.setStatus("flashduty", incident, "OPEN");
    return { type: "i_unack", detail: {} };
  }),
  "/incident/resolve": act((incident, { store, body }) => {
    if (incident.status === "RESOLVED") return undefined;
    store.setStatus("flashduty", incident, "RESOLVED");
    const { root_cause = "", resolution = "" } = body;
    return { type: "i_rslv", detail: { from: "console", root_cause, resolution } };
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
      return { type: "i_assign", detail: { to: people.map(Number), type: "assign" } };
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
};

function list({ body, store, now, person }: Call): Outcome {
  const window = windowOf(body);
  if (!("start" in window)) return window;
  const [progress, severities] = [wordsOf(body.progress), wordsOf(body.incident_severity)];
  if (progress?.some((word) => !["Triggered", "Processing", "Closed"].includes(word)))
    return invalid("progress is not a valid one");
  if (severities?.some((word) => urgencyOf[word] === undefined)) return invalid("incident_severity is not a valid one");
  const [channels, responders, ackers] = [body.channel_ids, body.responder_ids, body.acker_ids].map(idsOf);
  const [nums, wanted, teams] = [body.nums, body.incident_ids, body.team_ids].map(idsOf);
  const query = text(body.query)?.toLowerCase();
  const { p: _p, limit: _limit, search_after_ctx: _cursor, ...filters } = body;
  const found = store.cached(`flashduty ${person} ${JSON.stringify(filters)}`, () => {
    const some = store.newestFirst("flashduty").filter((one) => {
      const at = seconds(one.createdAt);
      return (
        at >= window.start &&
        at <= window.end &&
        (progress === undefined || progress.includes(progressOf(one, now))) &&
        (severities === undefined || severities.includes(severityOf[one.urgency])) &&
        (channels === undefined || channels.includes(one.service)) &&
        (teams === undefined || teams.includes(String(teamOfService(one.service)))) &&
        (responders === undefined || respondersOf(one).some((id) => responders.includes(id))) &&
        (ackers === undefined || one.acks.some((ack) => ackers.includes(ack.person))) &&
        (nums === undefined || nums.includes(one.number)) &&
        (wanted === undefined || wanted.includes(one.id)) &&
        (typeof body.is_snoozed !== "boolean" || body.is_snoozed === snoozedAt(one, now)) &&
        (query === undefined ||
          one.id === query ||
          one.number.toLowerCase() === query ||
          `${one.title} ${one.description ?? ""}`.toLowerCase().includes(query))
      );
    });
    return body.asc === true ? some.reverse() : some;
  });
  const page = cursorPage(body, found, 20);
  if (!("rows" in page)) return page;
  return { data: { items: orNull(page.rows.map((one) => toWire(one, now))), ...page.page } };
}

function info({ body, store, now }: Call): Outcome {
  const id = text(body.incident_id);
  const number = text(body.num);
  if (id === undefined && number === undefined) return invalid("incident_id is required");
  const incident =
    id === undefined
      ? store.newestFirst("flashduty").find((one) => one.number === number)
      : store.find("flashduty", id);
  return incident === undefined ? notFound("incident") : { data: toWire(incident, now) };
}

function create(call: Call): Outcome {
  const { body, store } = call;
  const title = text(body.title);
  if (title === undefined || title.length < 3 || title.length > 200)
    return invalid("title must have 3 to 200 characters");
  const urgency = urgencyOf[String(body.incident_severity)];
  if (urgency === undefined) return invalid("incident_severity must be Critical, Warning or Info");
  const description = text(body.description);
  if ((description?.length ?? 0) > 1024) return invalid("description must have at most 1024 characters");
  const service = findService("flashduty", String(body.channel_id ?? services[0].flashduty));
  if (service === undefined) return notFound("channel");
  const people = body.assigned_to === undefined ? [] : assigneesOf(body.assigned_to);
  if (!Array.isArray(people)) return people;
  const incident = store.open("flashduty", {
    title,
    urgency,
    service: String(service.flashduty),
    description: description ?? null,
    assignees: people,
  });
  return { data: { incident_id: incident.id, title } };
}

/** An action on up to a hundred incidents, all or none; its answer says nothing of each. */
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
      if (item !== undefined) tell(call, incident, item);
    }
    return { data: undefined };
  };
}

function tell({ store, now, person }: Call, incident: SandboxIncident, item: Pick<FeedItem, "type" | "detail">): void {
  incident.feed = [...(incident.feed ?? []), { ...item, by: person, at: now * 1000 }];
  store.touch(incident);
}

/** People to assign, as ids; or what is wrong with them. */
function assigneesOf(value: unknown): string[] | Outcome {
  const { person_ids, emails, escalate_rule_id: rule } = objectOf(value);
  const level = levelOf(value);
  if (rule !== undefined && level === null) return notFound("escalate rule");
  if (level !== null) return level.people;
  const given = Array.isArray(person_ids) ? person_ids.map(String) : [];
  if (given.length > 100 || given.some((id) => findPerson("flashduty", id) === undefined))
    return invalid("person_ids are not valid ones");
  // Addresses that nobody has are ignored.
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
    return { type: "i_merge", detail: { target_incident_id: target.id } };
  })({ ...call, body: { incident_ids: sources } });
  if ("fail" in done) return done;
  if (title !== undefined) target.title = title;
  tell(call, target, { type: "i_merge", detail: { source_incident_ids: sources, comment: text(body.comment) ?? "" } });
  return done;
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
  if (body.title !== undefined)
    tell(call, incident, { type: "i_r_title", detail: { from: from.title, to: incident.title } });
  if (urgency !== undefined)
    tell(call, incident, { type: "i_r_severity", detail: { from: from.severity, to: severityOf[urgency] } });
  const types = { description: "i_r_desc", impact: "i_r_impact", root_cause: "i_r_rc", resolution: "i_r_rsltn" };
  for (const [field, type] of Object.entries(types))
    if (body[field] !== undefined) tell(call, incident, { type, detail: { from: "", to: text(body[field]) } });
  return { data: undefined };
}

/** The fields that are defined, with a value of the type of each. */
const customFields: Record<string, unknown> = { customer_impact: "", affected_users: 0, regions: [] };

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
  tell(call, incident, { type: "i_r_field", detail: { field_name: name, to: value } });
  return { data: undefined };
}

/** The history; its times are milliseconds, unlike all others. */
function feed({ body, store }: Call): Outcome {
  const incident = store.find("flashduty", String(body.incident_id));
  if (incident === undefined) return notFound("incident");
  const paging = pagingOf(body, 20);
  if (!("limit" in paging)) return paging;
  const types = idsOf(body.types);
  const first: FeedItem = {
    type: "i_new",
    detail: { severity: severityOf[incident.urgency], title: incident.title, reporter_email: "" },
    by: 0,
    at: incident.createdAt,
  };
  const all = [first, ...(incident.feed ?? [])].filter(({ type }) => types === undefined || types.includes(type));
  if (body.asc !== true) all.reverse();
  const rows = all.slice(paging.offset, paging.offset + paging.limit);
  const items = rows.map(({ type, detail, by, at }) => ({
    type,
    detail,
    creator_id: by,
    ref_id: incident.id,
    account_id: accountId,
    created_at: at,
    updated_at: at,
  }));
  return { data: { items: orNull(items), has_next_page: paging.offset + rows.length < all.length } };
}

const snoozedAt = (one: SandboxIncident, now: number): boolean => (one.snoozedUntil ?? 0) / 1000 > now;

/** A snooze that has run out makes it `Triggered` again. */
export function progressOf(one: SandboxIncident, now: number): "Triggered" | "Processing" | "Closed" {
  if (one.status === "RESOLVED") return "Closed";
  const ranOut = one.snoozedUntil !== null && !snoozedAt(one, now);
  return one.status === "ACKNOWLEDGED" && !ranOut ? "Processing" : "Triggered";
}

/** Who was assigned, and who has acknowledged without. */
function respondersOf({ assignees, acks }: SandboxIncident): string[] {
  return [...new Set([...assignees, ...acks.map(({ person }) => person)])];
}

function teamOfService(id: string): number | undefined {
  const service = findService("flashduty", id);
  return service === undefined ? undefined : teams[service.team].flashduty;
}

function toWire(one: SandboxIncident, now: number): object {
  const service = findService("flashduty", one.service);
  const responders = respondersOf(one).flatMap((id) => {
    const person = findPerson("flashduty", id);
    const ack = one.acks.find((entry) => entry.person === id);
    if (person === undefined) return [];
    const { flashduty: person_id, name: person_name, email } = person;
    const times = { assigned_at: seconds(one.createdAt), acknowledged_at: seconds(ack?.at ?? null) };
    return [{ person_id, person_name, email, as: "member", ...times }];
  });
  return {
    incident_id: one.id,
    num: one.number,
    title: one.title,
    description: one.description ?? "",
    impact: "",
    root_cause: "",
    resolution: "",
    incident_severity: severityOf[one.urgency],
    incident_status: severityOf[one.urgency],
    progress: progressOf(one, now),
    start_time: seconds(one.createdAt),
    last_time: seconds(one.updatedAt),
    end_time: seconds(one.resolvedAt),
    ack_time: seconds(one.acknowledgedAt),
    close_time: one.status === "RESOLVED" ? seconds(one.resolvedAt) : 0,
    created_at: seconds(one.createdAt),
    updated_at: seconds(one.updatedAt),
    snoozed_before: snoozedAt(one, now) ? seconds(one.snoozedUntil) : 0,
    account_id: accountId,
    account_name: "Sandbox",
    channel_id: service?.flashduty ?? 0,
    channel_name: service?.name ?? "",
    channel_status: "enabled",
    creator_id: 0,
    closer_id: 0,
    owner_id: 0,
    responders: orNull(responders),
    assigned_to: assignment(one),
    labels: one.labels,
    fields: one.fields ?? null,
    images: null,
    alert_cnt: one.dedupKey === null ? 0 : 1,
    active_alert_cnt: one.dedupKey === null || one.status === "RESOLVED" ? 0 : 1,
    alert_event_cnt: one.dedupKey === null ? 0 : 1,
    dedup_key: one.dedupKey ?? "",
    ever_muted: false,
    group_method: "n",
    detail_url: `https://console.sandbox.test/incident/detail/${one.id}`,
  };
}

function assignment({ assignees, level }: SandboxIncident): object | null {
  if (assignees.length === 0) return null;
  if (!level) return { person_ids: assignees.map(Number), type: "assign" };
  const { rule, name, index } = level;
  return { escalate_rule_id: rule, escalate_rule_name: name, layer_idx: index, type: "escalate" };
}
