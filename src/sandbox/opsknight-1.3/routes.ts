import type { Limiter } from "../limits.ts";
import type { SandboxIncident, Store } from "../model.ts";
import { type Caller, callerOf, decode, keyOwner } from "../opsknight/routes.ts";
import { objectOf, type Reply, readJson, type SandboxRequest, text } from "../reply.ts";
import { findPerson, findService, schedules, services } from "../seed.ts";
import { escalate } from "./escalation.ts";
import {
  answerEvent,
  checkInput,
  choice,
  error,
  invalid,
  length,
  missing,
  required,
  serviceDenied,
  toWire,
} from "./events.ts";
import { answerIntegration } from "./integrations.ts";
import { answerPagerDuty } from "./pagerduty.ts";
import { isDisabled, maySeeIncident, mayUseService } from "./roles.ts";
import { answerStatus } from "./status-page.ts";

/*
 * OpsKnight as server 1.3.1 answers: camelCase, no paging, filters and order ignored, `{error: "text"}` with texts that
 * mislead, HTML for routes it lacks. Source: answers recorded from a running server.
 */

const statuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "SNOOZED", "SUPPRESSED"] as const;
const urgencies = ["LOW", "MEDIUM", "HIGH"] as const;
const html =
  '<!DOCTYPE html><html lang="en"><head><title>404</title></head><body>This page could not be found.</body></html>';
const page: Reply = {
  status: 404,
  headers: {
    "cache-control": "private, no-cache, no-store, max-age=0, must-revalidate",
    "content-type": "text/html; charset=utf-8",
  },
  body: html,
};
const empty = (status: number, headers: Record<string, string> = {}): Reply => ({ status, headers, body: "" });

const allowedMethods: Record<string, string[]> = {
  events: ["POST"],
  incidents: ["GET", "HEAD", "POST"],
  "incidents/id": ["GET", "HEAD", "PATCH"],
  services: ["GET", "HEAD"],
  "services/id": ["GET", "HEAD"],
  schedules: ["GET", "HEAD"],
  "schedules/id": ["GET", "HEAD"],
};

/** @param conflicts whether two new incidents of a service conflict, see `answerEvent` */
export function answerOpsknight13(
  request: SandboxRequest,
  store: Store,
  limiter: Limiter,
  now: () => Date,
  conflicts = false,
): Reply {
  const { method, path } = request;
  const redirect = redirectOf(request);
  if (redirect !== undefined) return redirect;
  if (path === "/api/health") return health(request, now);
  if (path === "/api/status" && method === "GET") return answerStatus(store, now);
  if (path === "/api/integrations/pagerduty/v2/enqueue" || path === "/api/integrations/pagerduty")
    return method === "POST" ? answerPagerDuty(request, store, limiter, now) : empty(405);
  const integration = method === "POST" ? answerIntegration(request, store, limiter, now) : undefined;
  if (integration !== undefined) return integration;
  const [, , area = "", id, ...more] = path.split("/").map(decode);
  const methods = more.length > 0 ? undefined : allowedMethods[`${area}${id === undefined ? "" : "/id"}`];
  if (methods === undefined) return page;
  if (method === "OPTIONS") return { status: 204, headers: { allow: methods.join(", ") }, body: "" };
  if (!methods.includes(method)) return empty(405);
  if (area === "events") return answerEvent(request, store, limiter, now, conflicts);

  const caller = callerOf(request);
  if (caller?.kind !== "api" || isDisabled(caller))
    return error(401, area === "incidents" ? checkInput : "Unauthorized. Missing or invalid API key.");
  const verb = method === "HEAD" ? "GET" : method;
  const scope = `${area}:${verb === "GET" ? "read" : "write"}`;
  if (!caller.scopes.includes(scope)) return error(403, `API key missing scope: ${scope}.`);
  // Schedules have no limit; one service does not count as the list of services.
  const bucket = area === "services" && id !== undefined ? "service" : `${area} ${verb}`;
  if (area !== "schedules") {
    const { allowed, retryAfter } = limiter.take(`1.3 ${bucket} ${caller.key}`, 60);
    if (!allowed) return { ...error(429, "Rate limit exceeded."), headers: { "retry-after": String(retryAfter) } };
  }
  return area === "incidents" ? incidents(request, id, store, caller) : directory(request, area, id);
}

/** Redirects of this server: a slash at the end, two in a row, and all paths outside of the API to the login page. */
function redirectOf({ path, query }: SandboxRequest): Reply | undefined {
  const rest = query.size > 0 ? `?${query}` : "";
  const tidy = path.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  if (tidy !== path) return { status: 308, headers: { location: `/opsknight${tidy}${rest}` }, body: tidy };
  if (path === "/api" || path.startsWith("/api/")) return undefined;
  if (path === "/login") return { ...page, status: 200, body: html.replace("404", "Log in") };
  const login = `/login?callbackUrl=${encodeURIComponent(`${path}${rest}`)}`;
  return { status: 307, headers: { location: `/opsknight${login}` }, body: login };
}

function health({ query }: SandboxRequest, now: () => Date): Reply {
  const mode = query.get("mode") === "readiness" ? "readiness" : "liveness";
  const memory = { status: "healthy", latency: 80 };
  return {
    status: 200,
    headers: { "cache-control": "no-store, no-cache, must-revalidate, proxy-revalidate" },
    body: {
      status: "healthy",
      mode,
      timestamp: now().toISOString(),
      checks: mode === "readiness" ? { database: { status: "healthy", latency: 3 }, memory } : { memory },
      uptime: 426,
      version: "1.3.1",
      environment: "sandbox",
      instanceId: "sandbox",
    },
  };
}

const incidentDenied = error(403, "Forbidden. Incident access denied.");

function incidents(request: SandboxRequest, id: string | undefined, store: Store, caller: Caller): Reply {
  const { method, query } = request;
  if (id === undefined && method === "POST") return create(request, store, caller);
  if (id === undefined) {
    // All parameters are ignored: always the newest.
    const seen = store.newestFirst("opsknight").filter((one) => maySeeIncident(caller, one));
    const rows = seen.slice(0, limitOf(query, 50));
    return {
      status: 200,
      headers: { "cache-control": "private, max-age=5, stale-while-revalidate=15" },
      body: { incidents: rows.map(toWire) },
    };
  }
  if (method === "PATCH") return update(request, id, store, caller);
  const incident = store.find("opsknight", id);
  if (incident !== undefined && !maySeeIncident(caller, incident)) return incidentDenied;
  return incident === undefined ? missing : { status: 200, body: { incident: toWire(incident) } };
}

function limitOf(query: URLSearchParams, usual: number): number {
  const asked = Number(query.get("limit") ?? usual);
  return asked > 0 ? Math.min(200, Math.floor(asked)) : usual;
}

/** A body that is not JSON is a 400. The JSON `null` makes the server fail. */
function objectIn(request: SandboxRequest): { body: Record<string, unknown> } | { refusal: Reply } {
  if (request.text.trim() === "null") return { refusal: empty(500) };
  const body = readJson(request);
  return body === undefined ? { refusal: error(400, checkInput) } : { body };
}

function create(request: SandboxRequest, store: Store, caller: Caller): Reply {
  const given = objectIn(request);
  if ("refusal" in given) return given.refusal;
  const { body } = given;
  const issues = [
    ...required("title", body.title, 500),
    ...required("serviceId", body.serviceId),
    ...choice("urgency", body.urgency, urgencies, true),
    ...length("description", body.description, 10_000),
    ...length("priority", body.priority, 20),
  ];
  if (issues.length > 0) return invalid(issues);
  const service = findService("opsknight", String(body.serviceId));
  if (service === undefined) return missing;
  if (!mayUseService(caller, service.opsknight)) return serviceDenied;
  const incident = store.open("opsknight", {
    title: String(body.title).trim(),
    service: service.opsknight,
    urgency: urgencies.find((word) => word === body.urgency) ?? "HIGH",
    description: text(body.description) ?? null,
    priority: text(body.priority) ?? null,
  });
  const created = toWire(incident);
  escalate(store, incident);
  return { status: 201, body: { incident: created } };
}

function update(request: SandboxRequest, id: string, store: Store, caller: Caller): Reply {
  const given = objectIn(request);
  if ("refusal" in given) return given.refusal;
  const { body } = given;
  const issues = [
    ...choice("status", body.status, statuses, false),
    ...choice("urgency", body.urgency, urgencies, false),
  ];
  if (issues.length > 0) return invalid(issues);
  const incident = store.find("opsknight", id);
  if (incident === undefined) return missing;
  if (!maySeeIncident(caller, incident)) return incidentDenied;
  const { status, urgency, assigneeId } = body;
  if (status === undefined && urgency === undefined && typeof assigneeId !== "string")
    return error(400, "No valid fields to update.");
  if (typeof assigneeId === "string") {
    if (assigneeId !== "" && findPerson("opsknight", assigneeId) === undefined) return empty(500);
    store.assign("opsknight", incident, assigneeId === "" ? [] : [assigneeId]);
  }
  const newUrgency = urgencies.find((word) => word === urgency) ?? incident.urgency;
  const isUrgencyNew = newUrgency !== incident.urgency;
  incident.urgency = newUrgency;
  const word = statuses.find((one) => one === status);
  const wasOpen = incident.status === "OPEN";
  if (word !== undefined) setStatus(store, incident, word);
  else if (isUrgencyNew && typeof assigneeId !== "string") store.update("opsknight", incident);
  store.touch(incident);
  // The response to a PATCH has no service and no assignee.
  const { service: _service, assignee: _assignee, ...rest } = objectOf(toWire(incident));
  // Opening it again runs the escalation at once.
  const opens = word === "OPEN" && !wasOpen;
  if (opens) escalate(store, incident);
  const next = new Date(incident.updatedAt).toISOString();
  return { status: 200, body: { incident: opens ? { ...rest, ...escalating, nextEscalationAt: next } : rest } };
}

const escalating = { escalationStatus: "ESCALATING" };

/**
 * An acknowledgment by key does not assign, and its time outlasts a snooze and a suppression, as well as their end. A snooze has
 * no end: `snoozedUntil` of the body is ignored.
 */
function setStatus(store: Store, incident: SandboxIncident, status: SandboxIncident["status"]): void {
  const { assignees, acknowledgedAt, acks, status: before } = incident;
  store.setStatus("opsknight", incident, status, keyOwner);
  incident.assignees = assignees;
  if (status === "OPEN" && (before === "SNOOZED" || before === "SUPPRESSED"))
    Object.assign(incident, { acknowledgedAt, acks });
}

function directory({ query }: SandboxRequest, area: string, id: string | undefined): Reply {
  const time = "2026-01-01T00:00:00.000Z";
  const dates = { createdAt: time, updatedAt: time };
  const wire: { id: string }[] =
    area === "services"
      ? services.map(({ opsknight, name, description, team }) => ({
          id: opsknight,
          name,
          description,
          status: "OPERATIONAL",
          teamId: team === 0 ? "team_platform" : "team_shop",
          escalationPolicyId: null,
          ...dates,
        }))
      : schedules.map(({ opsknight, name, timeZone }) => ({ id: opsknight, name, timeZone, ...dates }));
  if (id === undefined) return { status: 200, body: { [area]: wire.slice(0, limitOf(query, 50)) } };
  const one = wire.find((entry) => entry.id === id);
  return one === undefined ? missing : { status: 200, body: { [area.slice(0, -1)]: one } };
}
