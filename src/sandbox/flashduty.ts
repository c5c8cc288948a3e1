import { type Limiter, type Reply, readJson, type SandboxRequest, text } from "./reply.ts";
import { people, sandboxKeys, schedules, services, teams } from "./seed.ts";
import type { SandboxIncident, Store } from "./state.ts";

/*
 * Flashduty: nearly everything a POST, the key in the query, answers in an envelope with `request_id`.
 * Source: the vendor's OpenAPI and documentation. Lists and objects are null where the vendor's own examples have null.
 */

/** What an answer is before it has its envelope. */
type Outcome = { data: unknown } | { fail: [status: number, code: string, message: string] };

type Body = Record<string, unknown>;
interface Call {
  body: Body;
  store: Store;
  /** Unix seconds. */
  now: number;
}

const fail = (status: number, code: string, message: string): Outcome => ({ fail: [status, code, message] });
const invalid = (message: string): Outcome => fail(400, "InvalidParameter", message);
const seconds = (ms: number | null): number => (ms === null ? 0 : Math.floor(ms / 1000));
const writes = /^\/incident\/(create|ack|unack|resolve|reopen|snooze|wake|comment|assign|merge|reset)$/;

export function answerFlashduty(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Reply {
  const requestId = `sandbox${String(now().getTime())}${String(Math.floor(Math.random() * 1e6))}`;
  const headers = { "flashcat-request-id": requestId };
  const outcome = answer(request, store, limiter, now);
  if ("data" in outcome)
    return {
      status: 200,
      headers,
      body: { request_id: requestId, ...(outcome.data !== undefined && { data: outcome.data }) },
    };
  const [status, code, message] = outcome.fail;
  return { status, headers, body: { request_id: requestId, error: { code, message } } };
}

function answer(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Outcome {
  const { method, path, query, headers } = request;
  const push = pushes[path];
  const handler = handlers[path];
  if (push === undefined && handler === undefined) return fail(404, "RouteNotFound", "The route does not exist");
  if (method !== "POST") return fail(405, "MethodNotAllowed", "The method is not allowed");
  if (push !== undefined) {
    const kind = path.includes("/change/") ? "change" : "integration";
    if (query.get("integration_key") !== sandboxKeys.flashduty[kind])
      return invalid("integration_key is not a valid one");
  } else {
    const key = query.get("app_key");
    if (key !== sandboxKeys.flashduty.app && key !== sandboxKeys.flashduty.readOnly)
      return fail(401, "Unauthorized", "You are unauthorized");
    if (key === sandboxKeys.flashduty.readOnly && writes.test(path)) return fail(403, "AccessDenied", "Access denied");
  }
  if (!(headers["content-type"] ?? "").includes("application/json"))
    return fail(400, "InvalidContentType", "Content-Type must be application/json");
  const { allowed } = limiter.take(`flashduty ${query.get("app_key") ?? query.get("integration_key")} ${path}`, 1000);
  if (!allowed) return fail(429, "RequestTooFrequently", "Request too frequently");
  const body = readJson(request);
  if (body === undefined) return fail(400, "BadRequest", "The body is not a JSON object");
  return (push ?? handler ?? (() => ({ data: {} })))({ body, store, now: Math.floor(now().getTime() / 1000) });
}

const pushes: Record<string, (call: Call) => Outcome> = {
  "/event/push/alert/standard": pushAlert,
  "/event/push/change/standard": pushChange,
};

const handlers: Record<string, (call: Call) => Outcome> = {
  "/incident/list": listIncidents,
  "/incident/info": ({ body, store, now }) => one(store, body.incident_id, now),
  "/incident/list-by-ids": ({ body, store, now }) => {
    const items = ids(body.incident_ids).flatMap((id) => store.find("flashduty", id) ?? []);
    return {
      data: { items: items.map((incident) => toWire(incident, now)), total: items.length, has_next_page: false },
    };
  },
  "/incident/create": create,
  "/incident/ack": act(
    (store, incident) =>
      incident.status === "RESOLVED" || store.setStatus(incident, "ACKNOWLEDGED", String(people[0].flashduty)),
  ),
  "/incident/unack": act((store, incident) => store.setStatus(incident, "OPEN")),
  "/incident/resolve": act((store, incident) => store.setStatus(incident, "RESOLVED")),
  "/incident/reopen": act((store, incident) => store.setStatus(incident, "OPEN")),
  "/incident/wake": act((_, incident) => {
    incident.snoozedUntil = null;
  }),
  "/incident/snooze": (call) => {
    const minutes = Number(call.body.minutes);
    if (!(minutes >= 1 && minutes <= 1440)) return invalid("minutes must be between 1 and 1440");
    return act((_, incident) => {
      incident.snoozedUntil = (call.now + minutes * 60) * 1000;
    })(call);
  },
  "/incident/comment": (call) => {
    const comment = text(call.body.comment);
    if (comment === undefined || comment.length > 1024) return invalid("comment must have 1 to 1024 characters");
    return act((store, { id }) =>
      store.state.flashduty.comments.push({ incident: id, text: comment, at: call.now * 1000 }),
    )(call);
  },
  "/alert/list": listAlerts,
  "/channel/list": () => ({
    data: {
      items: services.map(({ flashduty, name, description }) => ({
        channel_id: flashduty,
        channel_name: name,
        description,
        status: "enabled",
      })),
      total: services.length,
      has_next_page: false,
    },
  }),
  "/schedule/list": listSchedules,
  "/member/info": () => ({
    data: {
      ...member(0),
      account_id: 3_100_000_000_001,
      account_name: "Sandbox",
      account_role_ids: [2],
      time_zone: "UTC",
    },
  }),
  "/account/info": () => ({
    data: { account_id: 3_100_000_000_001, account_name: "Sandbox", email: "owner@sandbox.test", time_zone: "UTC" },
  }),
  "/member/list": () => ({
    data: { p: 1, limit: 100, total: people.length, items: people.map((_, index) => member(index)) },
  }),
  "/person/infos": ({ body }) => {
    const wanted = Array.isArray(body.person_ids) ? body.person_ids : [];
    const found = people.filter(({ flashduty }) => wanted.includes(flashduty));
    return {
      data: {
        items: found.map(({ flashduty, name, email }) => ({
          person_id: flashduty,
          person_name: name,
          email,
          as: "member",
          status: "enabled",
        })),
      },
    };
  },
  "/team/list": () => ({
    data: {
      p: 1,
      limit: 100,
      total: teams.length,
      items: teams.map((team) => ({
        team_id: team.flashduty,
        team_name: team.name,
        person_ids: team.members.map((index) => people[index]?.flashduty),
      })),
    },
  }),
};

function member(index: number): object {
  const person = people[index];
  return { member_id: person?.flashduty, member_name: person?.name, email: person?.email, status: "enabled" };
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
}

function one(store: Store, id: unknown, now: number): Outcome {
  const incident = store.find("flashduty", String(id));
  return incident === undefined
    ? fail(400, "ResourceNotFound", "The incident does not exist")
    : { data: toWire(incident, now) };
}

/** An action on up to a hundred incidents; its answer says nothing of each. */
function act(change: (store: Store, incident: SandboxIncident) => unknown): (call: Call) => Outcome {
  return ({ body, store }) => {
    const wanted = ids(body.incident_ids);
    if (wanted.length === 0 || wanted.length > 100) return invalid("incident_ids must have 1 to 100 elements");
    const found = wanted.map((id) => store.find("flashduty", id));
    if (found.includes(undefined)) return fail(400, "ResourceNotFound", "The incident does not exist");
    for (const incident of found) if (incident !== undefined) change(store, incident);
    return { data: undefined };
  };
}

function create({ body, store }: Call): Outcome {
  const title = text(body.title);
  if (title === undefined || title.length < 3 || title.length > 200)
    return invalid("title must have 3 to 200 characters");
  const urgency = urgencyOf[body.incident_severity as string];
  if (urgency === undefined) return invalid("incident_severity must be Critical, Warning or Info");
  const incident = store.open("flashduty", {
    title,
    urgency,
    service: String(body.channel_id ?? services[0].flashduty),
    description: text(body.description) ?? null,
  });
  return { data: { incident_id: incident.id, title } };
}

const urgencyOf: Record<string, SandboxIncident["urgency"]> = { Critical: "HIGH", Warning: "MEDIUM", Info: "LOW" };
const severityOf = { HIGH: "Critical", MEDIUM: "Warning", LOW: "Info" } as const;
const progressOf = {
  OPEN: "Triggered",
  ACKNOWLEDGED: "Processing",
  RESOLVED: "Closed",
  SNOOZED: "Triggered",
  SUPPRESSED: "Triggered",
} as const;

/** The window that list calls demand, in seconds; or what is wrong with it. */
function windowOf(body: Body): { start: number; end: number } | Outcome {
  const [start, end] = [Number(body.start_time), Number(body.end_time)];
  if (!(start > 0) || !(end > start))
    return invalid("start_time and end_time are required, and end_time must be after start_time");
  if (end - start >= 31 * 86_400) return invalid("the time range must not exceed 31 days");
  return { start, end };
}

function listIncidents({ body, store, now }: Call): Outcome {
  const window = windowOf(body);
  if (!("start" in window)) return window;
  const limit = Number(body.limit ?? 20);
  if (!(limit >= 1 && limit <= 100)) return invalid("limit must be between 1 and 100");
  const list = (value: unknown): string[] | undefined => (typeof value === "string" ? value.split(",") : undefined);
  const [progress, severities] = [list(body.progress), list(body.incident_severity)];
  const numbers = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);
  const [channels, responders, nums, wanted] = [body.channel_ids, body.responder_ids, body.nums, body.incident_ids].map(
    numbers,
  );
  const query = text(body.query)?.toLowerCase();
  const found = store.state.flashduty.incidents.filter((incident) => {
    const at = seconds(incident.createdAt);
    return (
      at >= window.start &&
      at <= window.end &&
      (progress === undefined || progress.includes(progressOf[incident.status])) &&
      (severities === undefined || severities.includes(severityOf[incident.urgency])) &&
      (channels === undefined || channels.includes(incident.service)) &&
      (responders === undefined || responders.includes(incident.assignee ?? "")) &&
      (nums === undefined || nums.includes(incident.number)) &&
      (wanted === undefined || wanted.includes(incident.id)) &&
      (query === undefined || incident.title.toLowerCase().includes(query))
    );
  });
  if (body.asc === true) found.reverse();
  const cursor = text(body.search_after_ctx);
  const offset =
    cursor === undefined
      ? (Math.max(1, Number(body.p ?? 1)) - 1) * limit
      : Number(Buffer.from(cursor, "base64").toString());
  if (cursor === undefined && offset + limit > 10_000) return invalid("p * limit must not exceed 10000");
  const items = found.slice(offset, offset + limit);
  const more = offset + items.length < found.length;
  return {
    data: {
      items: items.length === 0 ? null : items.map((incident) => toWire(incident, now)),
      // It sticks at a thousand.
      total: Math.min(1000, found.length),
      has_next_page: more,
      ...(more && { search_after_ctx: Buffer.from(String(offset + items.length)).toString("base64") }),
    },
  };
}

function toWire(incident: SandboxIncident, now: number): object {
  const service = services.find(({ flashduty }) => String(flashduty) === incident.service);
  const person = people.find(({ flashduty }) => String(flashduty) === incident.assignee);
  const acked = incident.status === "ACKNOWLEDGED" ? seconds(incident.acknowledgedAt) : 0;
  return {
    incident_id: incident.id,
    num: incident.number,
    title: incident.title,
    description: incident.description ?? "",
    incident_severity: severityOf[incident.urgency],
    incident_status: severityOf[incident.urgency],
    progress: progressOf[incident.status],
    start_time: seconds(incident.createdAt),
    last_time: seconds(incident.updatedAt),
    end_time: seconds(incident.resolvedAt),
    ack_time: seconds(incident.acknowledgedAt),
    close_time: incident.status === "RESOLVED" ? seconds(incident.resolvedAt) : 0,
    created_at: seconds(incident.createdAt),
    updated_at: seconds(incident.updatedAt),
    snoozed_before: (incident.snoozedUntil ?? 0) / 1000 > now ? seconds(incident.snoozedUntil) : 0,
    account_id: 3_100_000_000_001,
    account_name: "Sandbox",
    channel_id: service?.flashduty ?? 0,
    channel_name: service?.name ?? "",
    responders:
      person === undefined
        ? null
        : [
            {
              person_id: person.flashduty,
              person_name: person.name,
              email: person.email,
              assigned_at: seconds(incident.createdAt),
              acknowledged_at: acked,
            },
          ],
    labels: null,
    images: null,
    alert_cnt: 1,
    dedup_key: incident.dedupKey ?? "",
    detail_url: `https://console.sandbox.test/incident/detail/${incident.id}`,
  };
}

function pushAlert({ body, store }: Call): Outcome {
  const [title, status, key] = [text(body.title_rule), body.event_status, text(body.alert_key)];
  if (title === undefined) return invalid("title_rule is required");
  if (typeof status !== "string" || !["Critical", "Warning", "Info", "Ok"].includes(status))
    return invalid("event_status is not a valid one");
  if (status === "Ok" && key === undefined) return invalid("alert_key is required");
  if ((key?.length ?? 0) > 255) return invalid("alert_key is too long");
  if (Object.values((body.labels ?? {}) as object).some((value) => typeof value !== "string"))
    return invalid("labels must be text");
  const dedupKey = key ?? `sandbox-${store.state.sequence}`;
  const open = store.findOpen("flashduty", dedupKey);
  if (status === "Ok") {
    if (open !== undefined) store.setStatus(open, "RESOLVED");
  } else if (open === undefined) {
    store.open("flashduty", {
      title: title.slice(0, 512),
      description: text(body.description) ?? null,
      urgency: urgencyOf[status] ?? "HIGH",
      service: String(services[0].flashduty),
      dedupKey,
    });
  }
  return { data: { alert_key: dedupKey } };
}

function pushChange({ body, store }: Call): Outcome {
  if (text(body.change_key) === undefined || text(body.title) === undefined)
    return invalid("change_key and title are required");
  if (!["Planned", "Ready", "Processing", "Canceled", "Done"].includes(String(body.change_status)))
    return invalid("change_status is not a valid one");
  store.state.flashduty.changes.unshift(body);
  return { data: undefined };
}

function listAlerts({ body, store }: Call): Outcome {
  const window = windowOf(body);
  if (!("start" in window)) return window;
  const keys = ids(body.alert_keys);
  const found = store.state.flashduty.incidents.filter(({ dedupKey, createdAt }) => {
    const at = seconds(createdAt);
    return (
      dedupKey !== null && (keys.length === 0 || keys.includes(dedupKey)) && at >= window.start && at <= window.end
    );
  });
  const items = found.slice(0, Number(body.limit ?? 20)).map((incident) => ({
    alert_id: incident.id.replace(/^5a/, "a5"),
    alert_key: incident.dedupKey,
    title: incident.title,
    alert_severity: severityOf[incident.urgency],
    start_time: seconds(incident.createdAt),
    incident: { incident_id: incident.id, title: incident.title, progress: progressOf[incident.status] },
  }));
  return {
    data: { items: items.length === 0 ? null : items, total: found.length, has_next_page: found.length > items.length },
  };
}

/** Shifts are computed only for a time window; one schedule tells its shift in `final_schedule` alone. */
function listSchedules({ body }: Call): Outcome {
  const [start, end] = [Number(body.start ?? 0), Number(body.end ?? 0)];
  if (end - start >= 45 * 86_400) return invalid("the time range must not exceed 45 days");
  const limit = Number(body.limit ?? 10);
  const offset = (Math.max(1, Number(body.p ?? 1)) - 1) * limit;
  const hour = 3600;
  const begin = Math.floor(start / hour) * hour - 2 * hour;
  const items = schedules.slice(offset, offset + limit).map(({ flashduty, name, current, next }, index) => {
    const shift = (person: number | null, from: number): object | null => {
      if (person === null || start === 0) return null;
      const members = [{ role_id: 0, person_ids: [people[person]?.flashduty] }];
      return { start: from, end: from + 12 * hour, weight: 0, index: 0, group: { group_name: "A", members } };
    };
    const [cur, following] = [shift(current, begin), shift(next, begin + 12 * hour)];
    const final = [cur, following].filter((one) => one !== null);
    return {
      schedule_id: flashduty,
      schedule_name: name,
      team_id: teams[0].flashduty,
      disabled: 0,
      layers: null,
      final_schedule: start === 0 ? null : { schedules: final.length === 0 ? null : final },
      cur_oncall: index === 1 ? null : cur,
      next_oncall: index === 1 ? null : following,
    };
  });
  return { data: { items, total: schedules.length } };
}
