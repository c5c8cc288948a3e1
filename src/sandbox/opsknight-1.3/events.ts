import { parseJson } from "../../model/json.ts";
import type { Limiter } from "../limits.ts";
import type { SandboxIncident, Store } from "../model.ts";
import { callerOf, integrationService, keyOwner, urgencyOf } from "../opsknight/routes.ts";
import { iso, objectOf, type Reply, type SandboxRequest, text } from "../reply.ts";
import { findPerson, findService } from "../seed.ts";
import { escalate } from "./escalation.ts";
import { isDisabled, mayUseService } from "./roles.ts";

/* Events of server 1.3.1, and what its routes share. Source: answers recorded from a running server. */

export const checkInput = "Please check your input and try again.";

const unexpected = "An unexpected error occurred. Please try again. If the problem persists, contact support.";

export const error = (status: number, message: string): Reply => ({ status, body: { error: message } });

export const missing = error(
  404,
  "The requested item could not be found. It may have been deleted or you may not have access to it.",
);

export const serviceDenied = error(403, "Forbidden. Service access denied.");

/** An invalid field, in the form of this server. */
export interface Issue {
  code: string;
  path: string[];
  message: string;
  [detail: string]: unknown;
}

export const invalid = (issues: Issue[]): Reply => ({
  status: 400,
  body: { error: checkInput, meta: { issues } },
});

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

function wrongType(field: string, expected: string, value: unknown): Issue {
  const received = typeOf(value);
  const message = value === undefined ? "Required" : `Expected ${expected}, received ${received}`;
  return { code: "invalid_type", expected, received, path: field.split("."), message };
}

/** Text that must be there, of 1 to `maxLength` UTF-16 units once trimmed. */
export function required(field: string, value: unknown, maxLength = Number.POSITIVE_INFINITY): Issue[] {
  if (typeof value !== "string") return [wrongType(field, "string", value)];
  if (value.trim() !== "") return length(field, value, maxLength);
  const message = "String must contain at least 1 character(s)";
  const details = { code: "too_small", minimum: 1, type: "string", inclusive: true, exact: false };
  return [{ ...details, message, path: field.split(".") }];
}

/** Text that may be absent, of at most so many UTF-16 units. */
export function length(field: string, value: unknown, maxLength: number): Issue[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "string") return [wrongType(field, "string", value)];
  if (value.trim().length <= maxLength) return [];
  const message = `String must contain at most ${maxLength} character(s)`;
  const details = { code: "too_big", maximum: maxLength, type: "string", inclusive: true, exact: false };
  return [{ ...details, message, path: field.split(".") }];
}

/** A word of a list. */
export function choice(field: string, value: unknown, options: readonly string[], needed: boolean): Issue[] {
  if (options.some((word) => word === value) || (value === undefined && !needed)) return [];
  const expected = options.map((word) => `'${word}'`).join(" | ");
  if (typeof value !== "string") return [wrongType(field, expected, value)];
  const message = `Invalid enum value. Expected ${expected}, received '${value}'`;
  return [{ received: value, code: "invalid_enum_value", options, path: field.split("."), message }];
}

/** What a status does to the escalation. */
const escalationOf = {
  OPEN: null,
  ACKNOWLEDGED: "COMPLETED",
  RESOLVED: "COMPLETED",
  SNOOZED: "PAUSED",
  SUPPRESSED: "PAUSED",
} as const;

/** An incident in the form of this server. */
export function toWire(one: SandboxIncident): Record<string, unknown> {
  const service = findService("opsknight", one.service);
  const person = findPerson("opsknight", one.assignees[0]);
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
    assigneeId: one.assignees[0] ?? null,
    teamId: null,
    currentEscalationStep: null,
    nextEscalationAt: null,
    escalationStatus: escalationOf[one.status],
    escalationProcessingAt: null,
    acknowledgedAt: iso(one.acknowledgedAt),
    resolvedAt: iso(one.resolvedAt),
    snoozedUntil: null,
    snoozeReason: null,
    slackChannelId: null,
    slackChannelName: null,
    warRoomUrl: null,
    warRoomArchivedAt: null,
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
    service: service === undefined ? null : { id: service.opsknight, name: service.name },
    assignee: person === undefined ? null : { id: person.opsknight, name: person.name, email: person.email },
  };
}

export const severities = ["critical", "error", "warning", "info"] as const;
const actions = ["trigger", "resolve", "acknowledge"] as const;

/**
 * `POST /api/events`. Checks in this order: key, JSON, schema, scope, service id, service, role, limit. Only what has passed all of
 * them counts for the limit. With `conflicts`, a new incident right after another one of the same service is a conflict of writes, as
 * on a server whose database is nearly empty: 500, and nothing is written.
 */
export function answerEvent(
  request: SandboxRequest,
  store: Store,
  limiter: Limiter,
  now: () => Date,
  conflicts: boolean,
): Reply {
  const caller = callerOf(request);
  // An unknown integration key gets a 403, anything else a 401: the key of a disabled owner too.
  if (caller === undefined || isDisabled(caller))
    return error(/^Token token=/.test(request.headers.authorization ?? "") ? 403 : 401, checkInput);
  const given = Buffer.byteLength(request.text) > maxBodyBytes ? undefined : parseJson(request.text);
  if (given === undefined) return error(400, checkInput);
  if (typeOf(given) !== "object") return invalid([{ ...wrongType("", "object", given), path: [] }]);
  const body = objectOf(given);
  const issues = issuesOf(body);
  if (issues.length > 0) return invalid(issues);
  if (!caller.scopes.includes("events:write")) return error(403, "API key missing scope: events:write.");
  const service = caller.kind === "integration" ? integrationService : (text(body.service_id) ?? text(body.serviceId));
  if (service === undefined) return error(400, "Please fill in all required fields.");
  if (findService("opsknight", service) === undefined) return missing;
  if (!mayUseService(caller, service)) return serviceDenied;
  // All API keys share one bucket.
  const bucket = caller.kind === "api" ? "every API key" : caller.key;
  const { allowed, retryAfter } = limiter.take(`1.3 events ${bucket}`, 120);
  if (!allowed) return { ...error(429, "Rate limit exceeded."), headers: { "retry-after": String(retryAfter) } };
  if (!isStorable(body) || (conflicts && isConflict(body, service, store, now()))) return error(500, unexpected);
  const result = applyEvent(body, service, store, now().getTime());
  return { status: 202, body: { status: "success", result } };
}

/** Why an event is invalid. */
function issuesOf(body: Record<string, unknown>): Issue[] {
  const payload = objectOf(body.payload);
  return [
    ...choice("event_action", body.event_action, actions, true),
    ...required("dedup_key", body.dedup_key, 200),
    ...(typeOf(body.payload) === "object"
      ? [
          ...required("payload.summary", payload.summary, 500),
          ...required("payload.source", payload.source, 200),
          ...choice("payload.severity", payload.severity, severities, true),
        ]
      : [wrongType("payload", "object", body.payload)]),
  ];
}

/** Bodies are cut at this length, and are no JSON then. */
const maxBodyBytes = 10 * 1024 * 1024;

/** What the database cannot store. */
const unstorable = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !unstorable.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorable(inner));
}

/** Two writes within this time are at once. */
const conflictMs = 20;

function isConflict(
  { event_action, dedup_key }: Record<string, unknown>,
  service: string,
  store: Store,
  at: Date,
): boolean {
  const isNew =
    event_action === "trigger" && store.findOpen("opsknight", String(dedup_key).trim(), service) === undefined;
  const last = isNew ? store.newestFirst("opsknight").find((one) => one.service === service) : undefined;
  return last !== undefined && at.getTime() - last.createdAt < conflictMs;
}

const rememberedMs = 5 * 60_000;
/** A description is cut at this length. */
const maxDescription = 10_000;

/** Applies an event, and returns the `result` of the response. */
export function applyEvent(body: Record<string, unknown>, service: string, store: Store, at: number): object {
  const payload = objectOf(body.payload);
  const dedupKey = String(body.dedup_key).trim();
  const respond = (action: string, incident: SandboxIncident): object => {
    const { service: _service, assignee: _assignee, ...rest } = toWire(incident);
    return { action, incident: rest };
  };
  const { earlyResolves } = store.state.opsknight;
  const remembered = `${service} ${dedupKey}`;
  const open = store.findOpen("opsknight", dedupKey, service);
  if (body.event_action === "trigger") {
    if (open !== undefined) return respond("deduplicated", open);
    const severity = severities.find((word) => word === payload.severity) ?? "error";
    const { custom_details: details } = payload;
    // Resolves that came first are kept for five minutes. Each makes one trigger come out resolved.
    const [early, ...others] = (earlyResolves[remembered] ?? []).filter((time) => at - time <= rememberedMs);
    if (others.length > 0) earlyResolves[remembered] = others;
    else delete earlyResolves[remembered];
    const resolvedEarly = early !== undefined;
    const incident = store.open("opsknight", {
      title: escapeHtml(String(payload.summary).trim().normalize("NFC")),
      service,
      urgency: urgencyOf[severity],
      dedupKey,
      description: details === undefined ? null : JSON.stringify(details, null, 2).slice(0, maxDescription),
    });
    if (resolvedEarly) store.setStatus("opsknight", incident, "RESOLVED", undefined, true);
    const result = respond(resolvedEarly ? "resolved" : "triggered", incident);
    if (!resolvedEarly) escalate(store, incident);
    return result;
  }
  const resolves = body.event_action === "resolve";
  if (open === undefined) {
    if (!resolves) return { action: "ignored", reason: "No matching incident to acknowledge", dedupKey };
    earlyResolves[remembered] = [...(earlyResolves[remembered] ?? []), at];
    store.touch();
    const reason = "No matching incident to resolve (buffered for out-of-order trigger)";
    return { action: "ignored", reason, dedupKey };
  }
  const { assignees } = open;
  store.setStatus("opsknight", open, resolves ? "RESOLVED" : "ACKNOWLEDGED", keyOwner, true);
  open.assignees = assignees;
  return respond(resolves ? "resolved" : "acknowledged", open);
}

/** The events route stores titles composed, and escaped for HTML. */
function escapeHtml(title: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  return title.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
