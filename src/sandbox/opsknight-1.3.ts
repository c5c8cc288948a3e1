import { callerOf, integrationService } from "./opsknight.ts";
import { iso, type Limiter, type Reply, readJson, type SandboxRequest, text } from "./reply.ts";
import { people, schedules, services } from "./seed.ts";
import type { SandboxIncident, Store } from "./state.ts";

/*
 * OpsKnight as server 1.3.1 answers: camelCase, no paging, filters and order ignored, `{error: "text"}` with texts that
 * mislead, HTML for routes it lacks. Source: answers recorded from a running server.
 */

const checkInput = "Please check your input and try again.";
const notFoundText =
  "The requested item could not be found. It may have been deleted or you may not have access to it.";
const html =
  '<!DOCTYPE html><html lang="en"><head><title>404</title></head><body>This page could not be found.</body></html>';
const statuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "SNOOZED", "SUPPRESSED"] as const;

const error = (status: number, message: string, issues?: object[]): Reply => ({
  status,
  body: { error: message, ...(issues !== undefined && { meta: { issues } }) },
});
const issue = (path: string, message: string): Reply =>
  error(400, checkInput, [{ code: "custom", path: path.split("."), message }]);
const page: Reply = { status: 404, headers: { "content-type": "text/html; charset=utf-8" }, body: html };

export function answerOpsknight13(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Reply {
  const { method, path } = request;
  if (path === "/api/health") return { status: 200, body: { status: "healthy", mode: "liveness", version: "1.3.1" } };
  if (path.length > 1 && path.endsWith("/"))
    return { status: 308, headers: { location: `/opsknight${path.slice(0, -1)}` }, body: "" };
  if (!path.startsWith("/api/"))
    return { status: 307, headers: { location: `/opsknight/login?callbackUrl=${encodeURIComponent(path)}` }, body: "" };
  const [, , area = "", id, sub] = path.split("/").map(decodeURIComponent);
  if (!["events", "incidents", "services", "schedules"].includes(area) || sub !== undefined) return page;
  const caller = callerOf(request);
  if (caller === undefined || (caller.kind === "integration" && area !== "events")) {
    // An integration key that nobody knows is 403, everything else 401.
    return error(
      /^Token token=/.test(request.headers.authorization ?? "") && area === "events" ? 403 : 401,
      checkInput,
    );
  }
  if (!allowedMethods[`${area}${id === undefined ? "" : "/id"}`]?.includes(method)) return { status: 405, body: "" };
  // All API keys share the bucket of events; schedules have no limit.
  const bucket = area === "events" && caller.kind === "api" ? "events" : `${area} ${method} ${caller.key}`;
  const { allowed, resetAt } = limiter.take(`1.3 ${bucket}`, area === "events" ? 120 : 60);
  if (!allowed && area !== "schedules") {
    const seconds = Math.ceil((resetAt - now().getTime()) / 1000);
    return { ...error(429, "Rate limit exceeded."), headers: { "retry-after": String(seconds) } };
  }
  const scope = area === "events" ? "events:write" : `${area}:${method === "GET" ? "read" : "write"}`;
  if (!caller.scopes.includes(scope)) return error(403, `API key missing scope: ${scope}.`);
  if (area === "events") return event(request, caller.kind, store, now);
  return area === "incidents" ? incidents(request, id, store) : directory(area, id);
}

const allowedMethods: Record<string, string[]> = {
  events: ["POST"],
  incidents: ["GET", "POST"],
  "incidents/id": ["GET", "PATCH"],
  services: ["GET"],
  "services/id": ["GET"],
  schedules: ["GET"],
  "schedules/id": ["GET"],
};

function incidents(request: SandboxRequest, id: string | undefined, store: Store): Reply {
  const { method, query } = request;
  if (id === undefined && method === "GET") {
    const asked = Number(query.get("limit") ?? 50);
    const limit = asked > 0 ? Math.min(200, Math.floor(asked)) : 50;
    // Whatever else was asked is ignored: always the newest.
    return {
      status: 200,
      headers: { "cache-control": "private, max-age=5" },
      body: { incidents: store.state.opsknight.incidents.slice(0, limit).map((one) => toWire(one)) },
    };
  }
  if (id === undefined) return create(request, store);
  const incident = store.find("opsknight", id);
  if (incident === undefined) return error(404, notFoundText);
  return method === "GET" ? { status: 200, body: { incident: toWire(incident) } } : update(request, incident, store);
}

function create(request: SandboxRequest, store: Store): Reply {
  const body = readJson(request);
  const title = text(body?.title);
  if (title === undefined) return issue("title", "Required");
  if (text(body?.serviceId) === undefined) return issue("serviceId", "Required");
  const urgency = (["HIGH", "MEDIUM", "LOW"] as const).find((word) => word === body?.urgency);
  if (urgency === undefined) return issue("urgency", "Invalid enum value. Expected 'LOW' | 'MEDIUM' | 'HIGH'");
  if (!services.some(({ opsknight }) => opsknight === body?.serviceId)) return error(404, notFoundText);
  const incident = store.open("opsknight", {
    title,
    service: text(body?.serviceId) ?? "",
    urgency,
    description: text(body?.description) ?? null,
  });
  return { status: 201, body: { incident: toWire(incident) } };
}

function update(request: SandboxRequest, incident: SandboxIncident, store: Store): Reply {
  const body = readJson(request) ?? {};
  const { status, urgency, assigneeId } = body;
  if (status === undefined && urgency === undefined && typeof assigneeId !== "string")
    return error(400, "No valid fields to update.");
  const known = statuses.find((word) => word === status);
  if (status !== undefined && known === undefined)
    return issue("status", `Invalid enum value. Expected 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED'`);
  const level = (["HIGH", "MEDIUM", "LOW"] as const).find((word) => word === urgency);
  if (urgency !== undefined && level === undefined)
    return issue("urgency", "Invalid enum value. Expected 'LOW' | 'MEDIUM' | 'HIGH'");
  if (typeof assigneeId === "string" && assigneeId !== "" && !people.some(({ opsknight }) => opsknight === assigneeId))
    return { status: 500, body: "" };
  if (typeof assigneeId === "string") incident.assignee = assigneeId === "" ? null : assigneeId;
  if (level !== undefined) incident.urgency = level;
  if (known !== undefined) store.setStatus(incident, known);
  // The answer to a PATCH leaves out service and assignee.
  const { service: _service, assignee: _assignee, ...rest } = toWire(incident);
  return { status: 200, body: { incident: rest } };
}

function toWire(one: SandboxIncident): Record<string, unknown> {
  const service = services.find(({ opsknight }) => opsknight === one.service);
  const person = people.find(({ opsknight }) => opsknight === one.assignee);
  return {
    id: one.id,
    title: one.title,
    description: one.description,
    status: one.status,
    urgency: one.urgency,
    visibility: "PUBLIC",
    priority: one.priority,
    dedupKey: one.dedupKey,
    serviceId: one.service,
    assigneeId: one.assignee,
    teamId: null,
    acknowledgedAt: iso(one.acknowledgedAt),
    resolvedAt: iso(one.resolvedAt),
    snoozedUntil: null,
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
    service: service === undefined ? null : { id: service.opsknight, name: service.name },
    assignee: person === undefined ? null : { id: person.opsknight, name: person.name, email: person.email },
  };
}

const urgencyOf = { critical: "HIGH", error: "MEDIUM", warning: "MEDIUM", info: "LOW" } as const;
const rememberedMs = 5 * 60_000;

function event(request: SandboxRequest, kind: "api" | "integration", store: Store, now: () => Date): Reply {
  const body = readJson(request);
  if (body === undefined) return error(400, checkInput);
  const payload = (typeof body.payload === "object" && body.payload !== null ? body.payload : undefined) as
    | Record<string, unknown>
    | undefined;
  const action = body.event_action;
  if (action !== "trigger" && action !== "acknowledge" && action !== "resolve")
    return issue("event_action", "Required");
  const dedupKey = text(body.dedup_key);
  if (dedupKey === undefined || dedupKey.length > 200)
    return issue("dedup_key", dedupKey === undefined ? "Required" : "String must contain at most 200 character(s)");
  if (payload === undefined) return issue("payload", "Required");
  const [summary, source] = [text(payload.summary), text(payload.source)];
  if (summary === undefined || summary.length > 500)
    return issue("payload.summary", "String must contain 1 to 500 character(s)");
  if (source === undefined || source.length > 200)
    return issue("payload.source", "String must contain 1 to 200 character(s)");
  const urgency = urgencyOf[payload.severity as keyof typeof urgencyOf];
  if (urgency === undefined) return issue("payload.severity", "Invalid enum value");
  const service = kind === "integration" ? integrationService : (text(body.service_id) ?? text(body.serviceId));
  if (service === undefined) return error(400, "Please fill in all required fields.");
  if (!services.some(({ opsknight }) => opsknight === service)) return error(404, notFoundText);
  return apply({ action, dedupKey, summary, service, urgency, payload }, store, now().getTime());
}

interface WireEvent {
  action: "trigger" | "acknowledge" | "resolve";
  dedupKey: string;
  summary: string;
  service: string;
  urgency: SandboxIncident["urgency"];
  payload: Record<string, unknown>;
}

function apply({ action, dedupKey, summary, service, urgency, payload }: WireEvent, store: Store, at: number): Reply {
  const answer = (word: string, incident: SandboxIncident): Reply => {
    const { service: _service, assignee: _assignee, ...rest } = toWire(incident);
    return { status: 202, body: { status: "success", result: { action: word, incident: rest } } };
  };
  const { earlyResolves } = store.state.opsknight;
  const open = store.findOpen("opsknight", dedupKey, service);
  if (action === "trigger") {
    if (open !== undefined) return answer("deduplicated", open);
    const description = payload.custom_details === undefined ? null : JSON.stringify(payload.custom_details, null, 2);
    const incident = store.open("opsknight", { title: escapeHtml(summary), service, urgency, dedupKey, description });
    // A resolve that came first is remembered for five minutes: the trigger comes out resolved.
    const early = earlyResolves[dedupKey];
    delete earlyResolves[dedupKey];
    if (early === undefined || at - early > rememberedMs) return answer("triggered", incident);
    store.setStatus(incident, "RESOLVED");
    return answer("resolved", incident);
  }
  if (open === undefined) {
    if (action === "resolve") earlyResolves[dedupKey] = at;
    const reason =
      action === "resolve"
        ? "No matching incident to resolve (buffered for out-of-order trigger)"
        : "No matching incident to acknowledge";
    return { status: 202, body: { status: "success", result: { action: "ignored", reason, dedupKey } } };
  }
  store.setStatus(open, action === "resolve" ? "RESOLVED" : "ACKNOWLEDGED");
  return answer(action === "resolve" ? "resolved" : "acknowledged", open);
}

/** The events route stores titles escaped for HTML. */
function escapeHtml(title: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  return title.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

function directory(area: string, id: string | undefined): Reply {
  const wire: Record<string, { id: string }[]> = {
    services: services.map(({ opsknight, name, description }) => ({
      id: opsknight,
      name,
      description,
      status: "OPERATIONAL",
      teamId: null,
    })),
    schedules: schedules.map(({ opsknight, name, timeZone }) => ({ id: opsknight, name, timeZone })),
  };
  const all = wire[area] ?? [];
  if (id === undefined) return { status: 200, body: { [area]: all } };
  const one = all.find((entry) => entry.id === id);
  return one === undefined ? error(404, notFoundText) : { status: 200, body: { [area.slice(0, -1)]: one } };
}
