import type { Allowance, Limiter } from "../limits.ts";
import type { SandboxIncident, Store } from "../model.ts";
import { iso, objectOf, type Reply, readJson, type SandboxRequest, text } from "../reply.ts";
import { findPerson, findService, people, sandboxKeys, schedules, services, teams } from "../seed.ts";

/*
 * The documented OpsKnight API: `{data, pagination}`, snake_case, `{error: {code, message}}`, rate-limit headers.
 * Source: the vendor's API reference.
 */

const areas = ["incidents", "services", "schedules", "users", "teams"];
const reads = areas.map((area) => `${area}:read`);
const everyScope = [...reads, ...areas.map((area) => `${area}:write`), "events:write"];
const scopesOf: Record<string, string[]> = {
  [sandboxKeys.opsknight.all]: everyScope,
  [sandboxKeys.opsknight.responder]: everyScope,
  [sandboxKeys.opsknight.user]: everyScope,
  [sandboxKeys.opsknight.disabled]: everyScope,
  [sandboxKeys.opsknight.readOnly]: reads,
  [sandboxKeys.opsknight.noScopes]: [],
};
/** The service whose integration key the sandbox has. */
export const integrationService = "svc_checkout";
/** Owner of the API keys. */
export const keyOwner = "usr_ada";
const perMinute = { events: 100, read: 300, write: 100 };

export interface Caller {
  kind: "api" | "integration";
  key: string;
  scopes: string[];
}

/** The key owner of a request: any of three headers for an API key, `Token token=` for an integration key. */
export function callerOf({ headers }: SandboxRequest): Caller | undefined {
  const { authorization } = headers;
  const [, token] = /^Token token=(.+)$/.exec(authorization ?? "") ?? [];
  if (token !== undefined) {
    const known = token === sandboxKeys.opsknight.integration;
    return known ? { kind: "integration", key: token, scopes: ["events:write"] } : undefined;
  }
  // With a wrong `Authorization`, X-API-Key is not read.
  const key =
    authorization === undefined ? headers["x-api-key"] : /^(?:Bearer|Api-Key)\s+(.*)$/i.exec(authorization)?.[1];
  const scopes = key === undefined || !Object.hasOwn(scopesOf, key) ? undefined : scopesOf[key];
  return key === undefined || scopes === undefined ? undefined : { kind: "api", key, scopes };
}

function failure(status: number, code: string, message: string, more: object = {}): Reply {
  return { status, body: { error: { code, message, ...more } } };
}

/** A response of the documented API. Each has the rate-limit headers. */
export function answerOpsknight(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Reply {
  const { method, path } = request;
  const area = /^\/api\/(events|incidents|services|schedules|users|teams|health)(?:\/|$)/.exec(path)?.[1];
  const kind = area === "events" ? "events" : method === "GET" ? "read" : "write";
  const caller = callerOf(request);
  const allowance = limiter.take(`opsknight ${caller?.key ?? "no key"} ${kind}`, perMinute[kind]);
  const reply = allowance.allowed ? decide(request, area, caller, store, now) : refuse(allowance);
  return { ...reply, headers: { ...limitHeaders(allowance), ...reply.headers } };
}

/** The rate-limit headers of OpsKnight. */
export function limitHeaders({ limit, remaining, resetAt }: Allowance): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.floor(resetAt / 1000)),
  };
}

function refuse({ retryAfter }: Allowance): Reply {
  const reply = failure(429, "RATE_LIMITED", "Too many requests", { retry_after: retryAfter });
  return { ...reply, headers: { "retry-after": String(retryAfter) } };
}

function decide(
  request: SandboxRequest,
  area: string | undefined,
  caller: Caller | undefined,
  store: Store,
  now: () => Date,
): Reply {
  if (area === "health") return { status: 200, body: { status: "healthy", timestamp: now().toISOString() } };
  if (caller === undefined) return failure(401, "UNAUTHORIZED", "Missing or invalid API key");
  if (area === undefined) return failure(404, "NOT_FOUND", "Route not found");
  const scope = `${area}:${area !== "events" && request.method === "GET" ? "read" : "write"}`;
  return caller.scopes.includes(scope)
    ? route(request, area, caller, store, now)
    : failure(403, "FORBIDDEN", `API key missing scope: ${scope}`);
}

function route(request: SandboxRequest, area: string, caller: Caller, store: Store, now: () => Date): Reply {
  const [id, sub, ...more] = request.path.split("/").slice(3).map(decode);
  if (id === "" || more.length > 0) return failure(404, "NOT_FOUND", "Route not found");
  const call = `${request.method} ${area}${id === undefined ? "" : "/id"}${sub === undefined ? "" : `/${sub}`}`;
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
      return sub === undefined ? directory(request, area, id, call) : failure(404, "NOT_FOUND", "Route not found");
  }
}

/** A decoded part of a path; unchanged when its encoding is invalid. */
export function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const teamOf = (index: number | undefined) => {
  const team = index === undefined ? undefined : teams[index];
  return team === undefined ? null : { id: team.opsknight, name: team.name };
};

const directories: Record<string, { id: string }[]> = {
  services: services.map(({ opsknight: id, name, description, team }) => ({
    id,
    name,
    description,
    status: "OPERATIONAL",
    team: teamOf(team),
  })),
  schedules: schedules.map(({ opsknight: id, name, timeZone }) => ({ id, name, time_zone: timeZone, team: teamOf(0) })),
  users: people.map(({ opsknight: id, name, email, timeZone }) => ({
    id,
    name,
    email,
    role: "RESPONDER",
    time_zone: timeZone,
  })),
  teams: teams.map(({ opsknight: id, name, description, members }) => ({
    id,
    name,
    description,
    members: members.map((index) => ({ id: people[index].opsknight, name: people[index].name })),
  })),
};

function directory(request: SandboxRequest, area: string, id: string | undefined, call: string): Reply {
  const all = directories[area];
  if (all !== undefined && call === `GET ${area}`) return page(request, all);
  const one = all?.find((entry) => entry.id === id);
  if (call === `GET ${area}/id`)
    return one === undefined ? failure(404, "NOT_FOUND", "Not found") : { status: 200, body: { data: one } };
  return failure(405, "METHOD_NOT_ALLOWED", "Method not allowed");
}

function page<T>(request: SandboxRequest, all: readonly T[], toRow: (one: T) => unknown = (one) => one): Reply {
  const asked = Number(request.query.get("limit") ?? 25);
  const offset = Number(request.query.get("offset") ?? 0);
  if (!Number.isInteger(asked) || asked < 1) return invalid("limit", "must be between 1 and 100");
  if (!Number.isInteger(offset) || offset < 0) return invalid("offset", "must be 0 or more");
  const limit = Math.min(100, asked);
  const rows = all.slice(offset, offset + limit);
  const pagination = { total: all.length, limit, offset, has_more: offset + rows.length < all.length };
  return { status: 200, body: { data: rows.map(toRow), pagination } };
}

const statuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "SNOOZED", "SUPPRESSED"] as const;
const urgencies = ["LOW", "MEDIUM", "HIGH"] as const;

const orders: Record<string, (one: SandboxIncident) => number> = {
  created_at: (one) => one.createdAt,
  updated_at: (one) => one.updatedAt,
  urgency: (one) => urgencies.indexOf(one.urgency),
  status: (one) => statuses.indexOf(one.status),
};

function listIncidents(request: SandboxRequest, store: Store): Reply {
  const { query } = request;
  const words = (name: string): string[] | undefined => query.get(name)?.toUpperCase().split(",");
  const [wanted, wantedUrgencies] = [words("status"), words("urgency")];
  if (wanted?.some((word) => !statuses.some((one) => one === word))) return invalid("status", "is not a status");
  if (wantedUrgencies?.some((word) => !urgencies.some((one) => one === word)))
    return invalid("urgency", "is not an urgency");
  const [sortName, order] = [query.get("sort") ?? "created_at", query.get("order") ?? "desc"];
  const sort = Object.hasOwn(orders, sortName) ? orders[sortName] : undefined;
  if (sort === undefined) return invalid("sort", "must be created_at, updated_at, urgency or status");
  if (order !== "asc" && order !== "desc") return invalid("order", "must be asc or desc");
  const [service, assignee, team] = [query.get("service_id"), query.get("assignee_id"), query.get("team_id")];
  const time = (name: string): number | undefined => {
    const value = query.get(name);
    return value === null ? undefined : Date.parse(value);
  };
  const [after, before] = [time("created_after"), time("created_before")];
  if (Number.isNaN(after)) return invalid("created_after", "is not an ISO 8601 time");
  if (Number.isNaN(before)) return invalid("created_before", "is not an ISO 8601 time");

  const filters = new URLSearchParams([...query].filter(([name]) => name !== "limit" && name !== "offset"));
  const found = store.cached(`opsknight ${filters}`, () => {
    const some = store
      .newestFirst("opsknight")
      .filter(
        (one) =>
          (wanted === undefined || wanted.includes(one.status)) &&
          (wantedUrgencies === undefined || wantedUrgencies.includes(one.urgency)) &&
          (service === null || one.service === service) &&
          (assignee === null || one.assignees.includes(assignee)) &&
          (team === null || teamOf(findService("opsknight", one.service)?.team)?.id === team) &&
          (after === undefined || one.createdAt > after) &&
          (before === undefined || one.createdAt < before),
      );
    const sign = order === "asc" ? 1 : -1;
    // Sorting keeps the newest first among equals, which the page borders rely on.
    return sortName === "created_at" && order === "desc" ? some : some.sort((a, b) => sign * (sort(a) - sort(b)));
  });
  return page(request, found, toWire);
}

function toWire(one: SandboxIncident): object {
  const service = findService("opsknight", one.service);
  const person = findPerson("opsknight", one.assignees[0]);
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
    team: teamOf(service?.team),
    assignee: person === undefined ? null : { id: person.opsknight, name: person.name, email: person.email },
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    acknowledged_at: iso(one.acknowledgedAt),
    resolved_at: iso(one.resolvedAt),
  };
}

function invalid(field: string, reason: string): Reply {
  return failure(400, "VALIDATION_ERROR", "Invalid request data", { details: { field, reason } });
}

const notJson = failure(400, "VALIDATION_ERROR", "The body is not a JSON object");

function create(request: SandboxRequest, store: Store): Reply {
  const body = readJson(request);
  if (body === undefined) return notJson;
  const title = text(body.title);
  if (title === undefined || title.length > 500) return invalid("title", "must have 1 to 500 characters");
  const service = findService("opsknight", text(body.service_id) ?? text(body.serviceId) ?? "");
  if (service === undefined) return invalid("service_id", "is not a service");
  const urgency = urgencies.find((word) => word === body.urgency);
  if (urgency === undefined) return invalid("urgency", "must be HIGH, MEDIUM or LOW");
  const assignee = text(body.assignee_id) ?? text(body.assigneeId);
  if (assignee !== undefined && findPerson("opsknight", assignee) === undefined)
    return invalid("assignee_id", "is not a user");
  const incident = store.open("opsknight", {
    title,
    service: service.opsknight,
    urgency,
    description: text(body.description) ?? null,
    priority: text(body.priority) ?? null,
    assignees: assignee === undefined ? [] : [assignee],
  });
  return { status: 201, body: { data: toWire(incident) } };
}

/** Status, urgency and assignee can be changed; nothing is, when any of them is wrong. */
function update(request: SandboxRequest, incident: SandboxIncident, store: Store): Reply {
  const body = readJson(request);
  if (body === undefined) return notJson;
  const status = statuses.find((word) => word === body.status);
  if (body.status !== undefined && status === undefined) return invalid("status", "is not a status");
  const urgency = urgencies.find((word) => word === body.urgency);
  if (body.urgency !== undefined && urgency === undefined) return invalid("urgency", "is not an urgency");
  const given = body.assignee_id === undefined ? body.assigneeId : body.assignee_id;
  const assignee = given === null || given === "" ? null : text(given);
  if (given !== undefined && assignee !== null && findPerson("opsknight", assignee) === undefined)
    return invalid("assignee_id", "is not a user");
  if (status === undefined && urgency === undefined && given === undefined)
    return failure(400, "VALIDATION_ERROR", "No field that can be updated");
  if (given !== undefined) store.assign("opsknight", incident, assignee ? [assignee] : []);
  if (urgency !== undefined) incident.urgency = urgency;
  if (status !== undefined) store.setStatus("opsknight", incident, status, keyOwner);
  store.touch(incident);
  return { status: 200, body: { data: toWire(incident) } };
}

/** The urgency for an event's severity. */
export const urgencyOf = { critical: "HIGH", error: "MEDIUM", warning: "MEDIUM", info: "LOW" } as const;

/** One event; the limits of its fields are those of server 1.3.1. */
function event(request: SandboxRequest, caller: Caller, store: Store): Reply {
  const body = readJson(request);
  if (body === undefined) return notJson;
  const payload = objectOf(body.payload);
  const { event_action: action } = body;
  const [dedupKey, summary, source] = [text(body.dedup_key), text(payload.summary), text(payload.source)];
  if (action !== "trigger" && action !== "acknowledge" && action !== "resolve")
    return invalid("event_action", "must be trigger, acknowledge or resolve");
  if (dedupKey === undefined || dedupKey.length > 200) return invalid("dedup_key", "must have 1 to 200 characters");
  if (summary === undefined || summary.length > 500) return invalid("payload.summary", "must have 1 to 500 characters");
  if (source === undefined || source.length > 200) return invalid("payload.source", "must have 1 to 200 characters");
  const urgency = urgencies.find((word) => word === urgencyOf[payload.severity as keyof typeof urgencyOf]);
  if (urgency === undefined) return invalid("payload.severity", "must be critical, error, warning or info");
  const service =
    caller.kind === "integration" ? integrationService : (text(body.service_id) ?? text(body.serviceId) ?? "");
  if (service === "") return invalid("service_id", "is required");
  // As the server that runs; the reference names no status.
  if (findService("opsknight", service) === undefined) return failure(404, "NOT_FOUND", "Service not found");
  const open = store.findOpen("opsknight", dedupKey, service);
  const answer = (word: string, incident: SandboxIncident): Reply => ({
    status: 202,
    body: { data: { action: word, incident: toWire(incident) } },
  });
  if (action === "trigger") {
    if (open !== undefined) return answer("deduplicated", open);
    const description = payload.custom_details === undefined ? null : JSON.stringify(payload.custom_details, null, 2);
    return answer("triggered", store.open("opsknight", { title: summary, service, urgency, dedupKey, description }));
  }
  if (open === undefined) {
    const reason = `No matching incident to ${action}`;
    return { status: 202, body: { data: { action: "ignored", reason, incident: null } } };
  }
  store.setStatus("opsknight", open, action === "resolve" ? "RESOLVED" : "ACKNOWLEDGED", keyOwner);
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
