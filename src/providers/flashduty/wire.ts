import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { OutgoingRequest, RawResponse, VendorError } from "../../http/dialect.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Incident, IncidentDetails, IncidentStatus, Person, Responder, Urgency } from "../../model/incident.ts";
import type { KeyKind } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import type { Connection, RawRequest } from "../provider.ts";
import { asArray, asObjects, asRows, asText } from "../wire.ts";

/*
 * Almost everything is a POST with the key in the query. Any list or object of a response may be null.
 * Source: the vendor's OpenAPI and documentation.
 */

const progress: Record<string, IncidentStatus> = { Triggered: "open", Processing: "acknowledged", Closed: "resolved" };
const urgencyOf: Record<string, Urgency> = { Critical: "high", Warning: "medium", Info: "low", Ok: "low" };

/** The vendor's severity for an urgency, for requests. */
export const severityOf: Record<Urgency, string> = { high: "Critical", medium: "Warning", low: "Info" };

export function authorize({ headers, query }: OutgoingRequest, kind: KeyKind, key: string): void {
  query.set(kind === "api" ? "app_key" : "integration_key", key);
  // Without this header, messages may be in Chinese.
  headers["accept-language"] = "en";
}

/** See `Provider.keyOf`. Events are pushed with the key of an integration. */
export function keyOf({ path, search }: RawRequest): KeyKind | null {
  const [, sort] = /^\/event\/push\/(alert|change)\//.exec(path) ?? [];
  if (sort === undefined) return "api";
  if (search.has("integration_key")) return null;
  return sort === "change" ? "change" : "integration";
}

/** The message of a 403: the permission that the route needs. Integration keys have no permissions. Source: OpenAPI. */
function denialOf(route: string): string {
  if (route.includes("/event/push/")) return "the integration key is not allowed to do this";
  return `the APP key lacks ${permissionOf(route)}`;
}

function permissionOf(route: string): string {
  if (/\/incident\/(list|info|list-by-ids|feed|alert|past)/.test(route)) return "Incidents Read";
  if (route.includes("/incident/")) return "Incidents Manage";
  if (/\/channel\/.*\/(create|delete|update|enable|disable)$/.test(route)) return "Channels Manage";
  if (route.includes("/alert/") || route.includes("/channel/")) return "Channels Read";
  if (/\/schedule\/(create|delete|update)$/.test(route)) return "Schedules Manage";
  return route.includes("/schedule/") ? "Schedules Read" : "a permission its role or scope does not give";
}

/** The error of an account that lacks a plan or licenses: events wait until it has one. Source: the error table of the standard alert page. */
const noPlan = {
  kind: "auth",
  reason: "account",
  hint: "the plan of the account decides this: see the console of Flashduty",
} as const;

/** The error of a route that the server does not have: the base URL is wrong. */
const noRoute = {
  kind: "failure",
  reason: "routeNotFound",
  hint: "check the base URL: onduty profiles show",
} as const;
const unknownRoute = { ...noRoute, message: "this server has no such route" } as const;

/** Routes that name nothing which could be missing, besides the account: pushes and lists. */
function needsNoThing(route: string): boolean {
  return (
    route.includes("/event/push/") ||
    /(?<!\/incident)\/(incident|alert|member|team|schedule|channel|change)\/list$/.test(route)
  );
}

/** `error.code` decides before the status. "", "0" and "OK" mean success. */
export function readError({ route, status, body }: RawResponse): VendorError | undefined {
  const object = asObject(body);
  const error = asObject(object?.error);
  const code = asText(error?.code) ?? "";
  const fine = code === "" || code === "0" || code.toLowerCase() === "ok";
  // The vendor uses 404 for an unknown route only, and so does any other server.
  if (fine && status === 404) return unknownRoute;
  if (fine && (status < 400 || error === undefined)) return undefined;
  const requestId = asText(object?.request_id) ?? undefined;
  const message = asText(error?.message) ?? undefined;
  const reported: VendorError = { code, message, requestId };
  switch (code) {
    case "Unauthorized":
      return { ...reported, kind: "auth", message: "the key was not accepted", hint: "onduty keys validate" };
    case "AccessDenied":
      return { ...reported, kind: "auth", message: denialOf(route) };
    case "ResourceNotFound":
      if (needsNoThing(route)) return { ...reported, ...noPlan };
      return { ...reported, kind: "notFound", message: message ?? "not found" };
    case "NoLicense":
      return { ...reported, ...noPlan };
    case "RouteNotFound":
      return { ...reported, ...noRoute };
    case "RequestTooFrequently":
      return { ...reported, kind: "rateLimited", retryable: true };
    case "InternalError":
    case "ServiceUnavailable":
      return { ...reported, retryable: true, ...(status < 400 && { reason: "maybeSent" }) };
    case "InvalidParameter":
      // A wrong integration key gets a 400 with this message.
      if (/integration_key/.test(message ?? ""))
        return { ...reported, kind: "auth", message: "the integration key was not accepted", hint: "onduty keys list" };
      return reported;
    default:
      // A code that is not the vendor's comes from another server.
      return status === 404 ? { ...reported, ...unknownRoute } : reported;
  }
}

/** Whether the requested object does not exist. The vendor uses 404 for an unknown route only. */
export function isMissing(error: unknown): error is CliError {
  return error instanceof CliError && error.code === "ResourceNotFound" && error.reason !== "account";
}

/**
 * The vendor reports an account without a plan with the code for what does not exist. A list that needs no id shows which of them it
 * is. Undefined when it is not the account, or is not known to be. Source: the vendor's table of error codes.
 */
export async function accountProblem(http: HttpClient, missing: CliError): Promise<CliError | undefined> {
  const end = Math.ceil(Date.now() / 1000);
  const body = { start_time: end - 3600, end_time: end, limit: 1 };
  try {
    await http.request("POST /incident/list", { body, idempotent: true, reads: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError) || error.reason !== "account") return undefined;
    return missing.reworded(error.message, { kind: error.kind, reason: "account", hint: error.hint });
  }
}

/** `data` of a response; empty for an action, whose response has none. */
export function readData(body: unknown): Record<string, unknown> {
  return asObject(asObject(body)?.data) ?? {};
}

/**
 * `data` of a list with its rows. Items may be null.
 *
 * @throws {CliError} `failure` when the response has no list: it must not look like an empty one
 */
export function readList(
  { body, requestId }: HttpResponse,
  route: string,
  noun: string,
): { data: Record<string, unknown>; rows: Record<string, unknown>[] } {
  const data = asObject(asObject(body)?.data);
  if (data !== undefined && ["items", "total", "has_next_page"].some((name) => name in data))
    return { data, rows: asRows(listOf(data.items, route), route) };
  throw new CliError("failure", `${route}: no ${noun} in the response`, { requestId: requestId ?? undefined });
}

/** The vendor writes an empty list as null. Any other value that is no list must not look like an empty one. */
function listOf(items: unknown, route: string): unknown[] {
  if (Array.isArray(items)) return items;
  if (items === null || items === undefined) return [];
  throw new CliError("failure", `${route}: the list in the response cannot be read`);
}

/** Whether an incident or a rule was deleted, and only its row is left. Source: OpenAPI, `deleted_at`. */
export function isDeleted({ deleted_at: at }: Record<string, unknown>): boolean {
  return typeof at === "number" && at > 0;
}

/** Unix seconds as an ISO time; 0 means "not yet". Feed items write milliseconds. */
export function toTime(value: unknown): string | null {
  if (typeof value !== "number" || value <= 0) return null;
  const time = new Date(value > 1e11 ? value : value * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** A hexadecimal id; null for one of zeros, which the vendor uses for none. */
export function toId(value: unknown): string | null {
  const id = asText(value);
  return id === null || /^0+$/.test(id) ? null : id;
}

export function toPerson(value: unknown): Person | undefined {
  const person = asObject(value);
  const id = toId(person?.person_id ?? person?.member_id);
  if (id === null) return undefined;
  return { id, name: asText(person?.person_name ?? person?.member_name), email: asText(person?.email) };
}

export function toIncident(row: Record<string, unknown>, { profile, now, debug }: Connection): Incident {
  const id = toId(row.incident_id);
  if (id === null) throw new CliError("failure", "an incident in the response has no id");
  const status = progress[asText(row.progress) ?? ""];
  const severity = asText(row.incident_severity);
  const urgency = urgencyOf[severity ?? ""];
  if (status === undefined) debug(`incident ${id}: unknown progress "${asText(row.progress)}" is taken for open`);
  if (urgency === undefined) debug(`incident ${id}: unknown severity "${severity}" is taken for high`);
  const snoozed = typeof row.snoozed_before === "number" && row.snoozed_before * 1000 > now().getTime();
  const channel = toId(row.channel_id);
  return {
    id,
    number: asText(row.num),
    title: asText(row.title) ?? "(no title)",
    description: asText(row.description),
    status: status === "resolved" ? status : snoozed ? "snoozed" : (status ?? "open"),
    urgency: urgency ?? "high",
    severity: severity?.toLowerCase() ?? null,
    priority: null,
    service: channel === null ? null : { id: channel, name: asText(row.channel_name) ?? channel },
    team: null,
    assignees: asArray(row.responders).flatMap((person) => toPerson(person) ?? []),
    dedupKey: asText(row.dedup_key),
    createdAt: toTime(row.start_time) ?? toTime(row.created_at) ?? new Date(0).toISOString(),
    updatedAt: toTime(row.updated_at),
    acknowledgedAt: toTime(row.ack_time),
    resolvedAt: toTime(row.close_time),
    snoozedUntil: snoozed && status !== "resolved" ? toTime(row.snoozed_before) : null,
    labels: toLabels(row.labels),
    fields: asObject(row.fields) ?? null,
    alertCount: typeof row.alert_cnt === "number" ? row.alert_cnt : null,
    url: asText(row.detail_url),
    provider: "flashduty",
    profile: profile.name,
  };
}

/** Labels, all of them as texts; null where the row has none. */
export function toLabels(value: unknown): Record<string, string> | null {
  const labels = asObject(value);
  if (labels === undefined) return null;
  return Object.fromEntries(
    Object.entries(labels).map(([name, one]) => [name, typeof one === "string" ? one : JSON.stringify(one)]),
  );
}

/** An incident with all that the vendor shows of it. Source: OpenAPI, `IncidentInfo`. */
export function toDetails(row: Record<string, unknown>, connection: Connection): IncidentDetails {
  const responders = asObjects(row.responders).flatMap((one): Responder[] => {
    const person = toPerson(one);
    if (person === undefined) return [];
    return [{ ...person, assignedAt: toTime(one.assigned_at), acknowledgedAt: toTime(one.acknowledged_at) }];
  });
  const creator = toId(row.creator_id);
  return {
    ...toIncident(row, connection),
    responders,
    creator: creator === null ? null : (toPerson(row.creator) ?? { id: creator, name: null, email: null }),
    impact: asText(row.impact),
    rootCause: asText(row.root_cause),
    resolution: asText(row.resolution),
    summary: asText(row.ai_summary),
  };
}

/** The first person to acknowledge, and the time, as far as the responders have them. */
export function acker(row: Record<string, unknown>): { by: string | null; at: string | null } {
  const acks = asArray(row.responders).flatMap((value) => {
    const at = asObject(value)?.acknowledged_at;
    const person = toPerson(value);
    return typeof at === "number" && at > 0 && person !== undefined ? [{ person, at }] : [];
  });
  const [earliest] = acks.sort((a, b) => a.at - b.at);
  return {
    by: earliest === undefined ? null : personName(earliest.person),
    at: toTime(earliest?.at ?? row.ack_time),
  };
}
