import { type Limiter, type Reply, readJson, type SandboxRequest, text } from "./reply.ts";
import { people, sandboxKeys, schedules, services, teams } from "./seed.ts";
import type { SandboxIncident, Store } from "./state.ts";

/*
 * The documented OpsKnight API: `{data, pagination}`, snake_case, `{error: {code, message}}`, rate-limit headers.
 * Source: the vendor's API reference.
 */

const reads = ["incidents:read", "services:read", "schedules:read", "users:read", "teams:read"];
const scopesOf: Record<string, string[]> = {
  [sandboxKeys.opsknight.all]: [...reads, "events:write", "incidents:write"],
  [sandboxKeys.opsknight.readOnly]: reads,
  [sandboxKeys.opsknight.noScopes]: [],
};
/** The service whose integration key the sandbox has. */
export const integrationService = "svc_checkout";
const perMinute = { events: 100, read: 300, write: 100 };

export interface Caller {
  kind: "api" | "integration";
  key: string;
  scopes: string[];
}

/** Whose key a request carries: any of three headers for an API key, `Token token=` for an integration key. */
export function callerOf({ headers }: SandboxRequest): Caller | undefined {
  const [, scheme = "", value = ""] = /^(Bearer|Api-Key)\s+(.*)$/i.exec(headers.authorization ?? "") ?? [];
  const key = scheme !== "" ? value : headers["x-api-key"];
  const [, token] = /^Token token=(.+)$/.exec(headers.authorization ?? "") ?? [];
  if (token !== undefined) {
    return token === sandboxKeys.opsknight.integration
      ? { kind: "integration", key: token, scopes: ["events:write"] }
      : undefined;
  }
  const scopes = key === undefined ? undefined : scopesOf[key];
  return key === undefined || scopes === undefined ? undefined : { kind: "api", key, scopes };
}

function failure(status: number, code: string, message: string, more: object = {}): Reply {
  return { status, body: { error: { code, message, ...more } } };
}

export function answerOpsknight(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Reply {
  const { method, path } = request;
  if (path === "/api/health") return { status: 200, body: { status: "healthy", timestamp: now().toISOString() } };
  const caller = callerOf(request);
  if (caller === undefined) return failure(401, "UNAUTHORIZED", "Missing or invalid API key");
  const area = /^\/api\/(events|incidents|services|schedules|users|teams)(?:\/|$)/.exec(path)?.[1];
  if (area === undefined) return failure(404, "NOT_FOUND", "Route not found");
  const kind = area === "events" ? "events" : method === "GET" ? "read" : "write";
  const { allowed, limit, remaining, resetAt } = limiter.take(`opsknight ${caller.key} ${kind}`, perMinute[kind]);
  const headers = {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.floor(resetAt / 1000)),
  };
  if (!allowed) {
    const seconds = Math.ceil((resetAt - now().getTime()) / 1000);
    const reply = failure(429, "RATE_LIMITED", "Too many requests", { retry_after: seconds });
    return { ...reply, headers: { ...headers, "retry-after": String(seconds) } };
  }
  const scope = `${area}:${kind === "read" ? "read" : "write"}`;
  const reply = caller.scopes.includes(scope)
    ? route(request, area, caller, store, now)
    : failure(403, "FORBIDDEN", `API key missing scope: ${scope}`);
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function route(request: SandboxRequest, area: string, caller: Caller, store: Store, now: () => Date): Reply {
  const [id, sub] = request.path.split("/").slice(3).map(decodeURIComponent);
  const call = `${request.method} ${area}${id ? "/id" : ""}${sub ? `/${sub}` : ""}`;
  switch (call) {
    case "POST events":
      return event(request, caller, store);
    case "GET incidents":
      return listIncidents(request, store);
    case "POST incidents":
      return create(request, store);
    case "GET incidents/id":
    case "PATCH incidents/id": {
      const incident = store.find("opsknight", id ?? "");
      if (incident === undefined) return failure(404, "NOT_FOUND", "Incident not found");
      return request.method === "GET"
        ? { status: 200, body: { data: toWire(incident) } }
        : update(request, incident, store);
    }
    case "GET schedules/id/on-call":
      return onCall(id ?? "", now);
    default:
      return directory(request, area, id, call);
  }
}

const directories: Record<string, { id: string }[]> = {
  services: services.map(({ opsknight: id, name, description }) => ({ id, name, description, status: "OPERATIONAL" })),
  schedules: schedules.map(({ opsknight: id, name, timeZone }) => ({ id, name, time_zone: timeZone })),
  users: people.map(({ opsknight: id, name, email, timeZone }) => ({
    id,
    name,
    email,
    role: "RESPONDER",
    time_zone: timeZone,
  })),
  teams: teams.map(({ opsknight: id, name }) => ({ id, name, description: null })),
};

function directory(request: SandboxRequest, area: string, id: string | undefined, call: string): Reply {
  const all = directories[area];
  if (all !== undefined && call === `GET ${area}`) return page(request, all);
  const one = all?.find((entry) => entry.id === id);
  if (call === `GET ${area}/id`)
    return one === undefined ? failure(404, "NOT_FOUND", "Not found") : { status: 200, body: { data: one } };
  return failure(405, "METHOD_NOT_ALLOWED", "Method not allowed");
}

function page(request: SandboxRequest, all: object[]): Reply {
  const limit = Math.min(100, Number(request.query.get("limit") ?? 25));
  const offset = Number(request.query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(offset) || offset < 0) {
    return failure(400, "VALIDATION_ERROR", "Invalid paging", {
      details: { field: "limit", reason: "must be between 1 and 100" },
    });
  }
  const data = all.slice(offset, offset + limit);
  return {
    status: 200,
    body: { data, pagination: { total: all.length, limit, offset, has_more: offset + data.length < all.length } },
  };
}

const orders: Record<string, (one: SandboxIncident) => number> = {
  created_at: (one) => one.createdAt,
  updated_at: (one) => one.updatedAt,
  urgency: (one) => ["LOW", "MEDIUM", "HIGH"].indexOf(one.urgency),
  status: (one) => ["OPEN", "ACKNOWLEDGED", "RESOLVED", "SNOOZED", "SUPPRESSED"].indexOf(one.status),
};

function listIncidents(request: SandboxRequest, store: Store): Reply {
  const { query } = request;
  const any = (name: string): string[] | undefined => query.get(name)?.toUpperCase().split(",");
  const [statuses, urgencies] = [any("status"), any("urgency")];
  const sort = orders[query.get("sort") ?? "created_at"];
  if (sort === undefined)
    return failure(400, "VALIDATION_ERROR", "Invalid sort", { details: { field: "sort", reason: "is not a field" } });
  const [service, assignee, team] = [query.get("service_id"), query.get("assignee_id"), query.get("team_id")];
  const [after, before] = [query.get("created_after"), query.get("created_before")].map((time) =>
    time === null ? undefined : Date.parse(time),
  );
  const found = store.state.opsknight.incidents.filter(
    (one) =>
      (statuses === undefined || statuses.includes(one.status)) &&
      (urgencies === undefined || urgencies.includes(one.urgency)) &&
      (service === null || one.service === service) &&
      (assignee === null || one.assignee === assignee) &&
      team === null &&
      (after === undefined || one.createdAt >= after) &&
      (before === undefined || one.createdAt < before),
  );
  const sign = query.get("order") === "asc" ? 1 : -1;
  found.sort((a, b) => sign * (sort(a) - sort(b)) || b.createdAt - a.createdAt || a.id.localeCompare(b.id));
  const reply = page(request, found);
  const body = reply.body as { data?: SandboxIncident[] };
  return body.data === undefined ? reply : { ...reply, body: { ...body, data: body.data.map(toWire) } };
}

function toWire(one: SandboxIncident): object {
  const service = services.find(({ opsknight }) => opsknight === one.service);
  const person = people.find(({ opsknight }) => opsknight === one.assignee);
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: one.id,
    number: one.number,
    title: one.title,
    description: one.description,
    status: one.status,
    urgency: one.urgency,
    priority: one.priority,
    dedup_key: one.dedupKey,
    service: service === undefined ? null : { id: service.opsknight, name: service.name },
    team: null,
    assignee: person === undefined ? null : { id: person.opsknight, name: person.name, email: person.email },
    created_at: time(one.createdAt),
    updated_at: time(one.updatedAt),
    acknowledged_at: time(one.acknowledgedAt),
    resolved_at: time(one.resolvedAt),
  };
}

function invalid(field: string, reason: string): Reply {
  return failure(400, "VALIDATION_ERROR", "Invalid request data", { details: { field, reason } });
}

function create(request: SandboxRequest, store: Store): Reply {
  const body = readJson(request);
  const title = text(body?.title);
  if (title === undefined) return invalid("title", "is required");
  const service = services.find(({ opsknight }) => opsknight === (text(body?.service_id) ?? text(body?.serviceId)));
  if (service === undefined) return invalid("service_id", "is not a service");
  const urgency = (["HIGH", "MEDIUM", "LOW"] as const).find((word) => word === body?.urgency);
  if (urgency === undefined) return invalid("urgency", "must be HIGH, MEDIUM or LOW");
  const incident = store.open("opsknight", {
    title,
    service: service.opsknight,
    urgency,
    description: text(body?.description) ?? null,
    priority: text(body?.priority) ?? null,
  });
  return { status: 201, body: { data: toWire(incident) } };
}

function update(request: SandboxRequest, incident: SandboxIncident, store: Store): Reply {
  const body = readJson(request) ?? {};
  const status = (["OPEN", "ACKNOWLEDGED", "RESOLVED", "SNOOZED", "SUPPRESSED"] as const).find(
    (word) => word === body.status,
  );
  if (body.status !== undefined && status === undefined) return invalid("status", "is not a status");
  const urgency = (["HIGH", "MEDIUM", "LOW"] as const).find((word) => word === body.urgency);
  if (body.urgency !== undefined && urgency === undefined) return invalid("urgency", "is not an urgency");
  const assignee = body.assignee_id ?? body.assigneeId;
  if (
    assignee !== undefined &&
    assignee !== "" &&
    assignee !== null &&
    !people.some(({ opsknight }) => opsknight === assignee)
  ) {
    return invalid("assignee_id", "is not a user");
  }
  if (assignee !== undefined) incident.assignee = text(assignee) ?? null;
  if (urgency !== undefined) incident.urgency = urgency;
  if (status !== undefined) store.setStatus(incident, status, "usr_ada");
  return { status: 200, body: { data: toWire(incident) } };
}

const urgencyOf = { critical: "HIGH", error: "MEDIUM", warning: "MEDIUM", info: "LOW" } as const;

/** One event; the limits of its fields are those of server 1.3.1. */
function event(request: SandboxRequest, caller: Caller, store: Store): Reply {
  const body = readJson(request);
  const payload = (typeof body?.payload === "object" && body.payload !== null ? body.payload : {}) as Record<
    string,
    unknown
  >;
  const [action, dedupKey, summary, source] = [
    body?.event_action,
    text(body?.dedup_key),
    text(payload.summary),
    text(payload.source),
  ];
  if (action !== "trigger" && action !== "acknowledge" && action !== "resolve")
    return invalid("event_action", "must be trigger, acknowledge or resolve");
  if (dedupKey === undefined || dedupKey.length > 200) return invalid("dedup_key", "must have 1 to 200 characters");
  if (summary === undefined || summary.length > 500) return invalid("payload.summary", "must have 1 to 500 characters");
  if (source === undefined || source.length > 200) return invalid("payload.source", "must have 1 to 200 characters");
  const urgency = urgencyOf[payload.severity as keyof typeof urgencyOf];
  if (urgency === undefined) return invalid("payload.severity", "must be critical, error, warning or info");
  const service =
    caller.kind === "integration" ? integrationService : (text(body?.service_id) ?? text(body?.serviceId));
  if (!services.some(({ opsknight }) => opsknight === service)) return invalid("service_id", "is not a service");
  const open = store.findOpen("opsknight", dedupKey, service);
  const answer = (word: string, incident: SandboxIncident): Reply => ({
    status: 202,
    body: { data: { action: word, incident: toWire(incident) } },
  });
  if (action === "trigger") {
    if (open !== undefined) return answer("deduplicated", open);
    const details = payload.custom_details === undefined ? null : JSON.stringify(payload.custom_details, null, 2);
    return answer(
      "triggered",
      store.open("opsknight", { title: summary, service: service ?? "", urgency, dedupKey, description: details }),
    );
  }
  if (open === undefined)
    return {
      status: 202,
      body: { data: { action: "ignored", reason: `No matching incident to ${action}`, incident: null } },
    };
  store.setStatus(open, action === "resolve" ? "RESOLVED" : "ACKNOWLEDGED", "usr_ada");
  return answer(action === "resolve" ? "resolved" : "acknowledged", open);
}

function onCall(id: string, now: () => Date): Reply {
  const schedule = schedules.find(({ opsknight }) => opsknight === id);
  if (schedule === undefined) return failure(404, "NOT_FOUND", "Schedule not found");
  const hour = 3_600_000;
  const start = Math.floor(now().getTime() / hour) * hour - 2 * hour;
  const shift = (index: number | null, from: number): object[] => {
    const person = index === null ? undefined : people[index];
    if (person === undefined) return [];
    const user = { id: person.opsknight, name: person.name, email: person.email };
    return [{ user, start: new Date(from).toISOString(), end: new Date(from + 12 * hour).toISOString() }];
  };
  const about = { id: schedule.opsknight, name: schedule.name, time_zone: schedule.timeZone };
  return {
    status: 200,
    body: {
      data: { schedule: about, on_call: shift(schedule.current, start), next: shift(schedule.next, start + 12 * hour) },
    },
  };
}
