import { CliError } from "../../errors.ts";
import type { OutgoingRequest, RawResponse, VendorError } from "../../http/dialect.ts";
import type {
  Incident,
  IncidentDetails,
  IncidentStatus,
  IncidentSummary,
  Person,
  Reference,
  Urgency,
} from "../../model/incident.ts";
import type { KeyKind } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection, RawRequest } from "../provider.ts";
import { asArray, asRows, asText, asTime, first } from "../wire.ts";

/*
 * Two dialects: the documented API (`{data, pagination}`, snake_case, `{error: {code, message}}`) and server 1.3.1
 * (`{incidents: […]}`, camelCase, `{error: "text"}`). Everything here reads both.
 * Sources: the vendor's API reference, and responses recorded from a running 1.3.1.
 */

const statuses: ReadonlyMap<string, IncidentStatus> = new Map([
  ["OPEN", "open"],
  ["ACKNOWLEDGED", "acknowledged"],
  ["RESOLVED", "resolved"],
  ["SNOOZED", "snoozed"],
  ["SUPPRESSED", "suppressed"],
]);

const urgencies: ReadonlyMap<string, Urgency> = new Map([
  ["HIGH", "high"],
  ["MEDIUM", "medium"],
  ["LOW", "low"],
]);

/** What a word of the vendor means, in any case. */
function meaning<Meaning>(words: ReadonlyMap<string, Meaning>, value: unknown): Meaning | undefined {
  const word = asText(value) ?? "";
  return words.get(word) ?? words.get(word.toUpperCase());
}

/** The scope that a route needs. Source: the reference's table of routes. */
function scopeOf(route: string): string {
  const [method, path = ""] = route.split(" ");
  const area = /^\/api\/(events|incidents|services|schedules|users|teams)/.exec(path)?.[1] ?? "api";
  return `${area}:${area !== "events" && method === "GET" ? "read" : "write"}`;
}

/** The PagerDuty route reads no `Token token=`. Source: observed on the running server. */
export function authorize({ headers, route }: OutgoingRequest, kind: KeyKind, key: string): void {
  const isToken = kind === "integration" && !pagerDutyRoute.test(route.slice(route.indexOf(" ") + 1));
  headers.authorization = isToken ? `Token token=${key}` : `Bearer ${key}`;
}

const pagerDutyRoute = /^\/api\/integrations\/pagerduty(?:\/|$)/;
/** Where a request to an integration has its key, besides `Authorization`, which wins. Source: observed on the running server. */
const keyNamesInSearch = ["integrationKey", "integration_key", "key"];
const keyHeaders = ["x-integration-key"];

/** See `Provider.keyOf`. Routes of integrations, and events of a profile without an API key, take the key of an integration. */
export function keyOf({ path, search, headers, body }: RawRequest, keys: ReadonlySet<KeyKind>): KeyKind | null {
  if (path === "/api/events") return keys.has("api") ? "api" : "integration";
  if (!path.startsWith("/api/integrations/")) return "api";
  const hasOwn =
    keyNamesInSearch.some((name) => search.has(name)) ||
    keyHeaders.some((name) => name in headers) ||
    (pagerDutyRoute.test(path) && asObject(body)?.routing_key !== undefined);
  return hasOwn ? null : "integration";
}

/** Misleading texts of 1.3.1, such as "Please check your input" for a wrong key. They are left out: the status decides. */
const misleading =
  /^(Please check your input|You do not have permission|The requested item could not be found|An unexpected error|Please fill in)/;

/** What 1.3.1 refuses a key for whose owner is a plain user: it has the scope. Source: observed behavior. */
const notInTeam: Record<string, string> = {
  Service: "not in the team of this service",
  Incident: "not in the team of this incident's service, nor its assignee",
};
const teamHint = "add the key's owner to the team, or use the key of a responder or an administrator";

/** Such a route names nothing that could be missing. */
const listRoute = /^GET \/api\/(incidents|services|schedules|users|teams)$/;
const noRoute = {
  kind: "failure",
  reason: "routeNotFound",
  message: "this server has no such route",
  hint: "check the base URL: onduty profiles show",
} as const;

export function readError(answer: RawResponse, kind: KeyKind): VendorError | undefined {
  if (answer.status < 400) return undefined;
  const { route, status } = answer;
  const body = asObject(answer.body);
  const error = asObject(body?.error);
  const text = asText(error?.message) ?? asText(body?.error) ?? asText(body?.message);
  const own = text === null || misleading.test(text) ? undefined : text;
  const seconds = error?.retry_after;
  const reported: VendorError = {
    code: asText(error?.code) ?? undefined,
    requestId: asText(body?.request_id) ?? asText(error?.request_id) ?? undefined,
    retryAfterMs: typeof seconds === "number" ? seconds * 1000 : undefined,
  };
  if (body === undefined) return undefined;
  switch (status) {
    case 401:
      return { ...reported, message: "the key was not accepted", hint: "onduty keys validate" };
    case 403: {
      // An unknown integration key gets a 403, an unknown API key a 401.
      if (kind === "integration")
        return { ...reported, message: "the integration key was not accepted", hint: "onduty keys list" };
      const scope = /scope:?\s*([a-z]+:[a-z]+)/i.exec(text ?? "")?.[1] ?? asText(asObject(error?.details)?.scope);
      if (scope === null || scope === undefined) {
        const role = notInTeam[/^Forbidden\. (\w+) access denied/.exec(text ?? "")?.[1] ?? ""];
        if (role !== undefined) return { ...reported, message: `the key's owner is ${role}`, hint: teamHint };
        return { ...reported, message: `${own ?? "access denied"}; the key needs ${scopeOf(route)} and access to it` };
      }
      return { ...reported, message: `API key lacks scope ${scope}` };
    }
    case 404:
      if (listRoute.test(route)) return { ...reported, ...noRoute };
      return { ...reported, message: own ?? "not found, or the key has no access to it" };
    case 400:
      return { ...reported, message: explain(body, error) ?? own ?? "the server did not accept the request" };
    case 429:
      return { ...reported, message: own?.replace(/\.$/, "") ?? "too many requests" };
    default:
      return own === undefined ? reported : { ...reported, message: own };
  }
}

/** The invalid field and the reason: `details` of the documented API, `meta.issues` of 1.3.1. */
function explain(body: Record<string, unknown>, error: Record<string, unknown> | undefined): string | undefined {
  const details = asObject(error?.details);
  const reason = asText(details?.reason);
  if (reason !== null) return `${asText(details?.field) ?? "request"}: ${reason}`;
  const issues = asArray(asObject(body.meta)?.issues).flatMap((issue) => {
    const { path, message } = asObject(issue) ?? {};
    const text = asText(message);
    return text === null ? [] : [`${asArray(path).join(".") || "request"}: ${text}`];
  });
  if (issues.length > 0) return issues.join("; ");
  if (asText(body.error)?.startsWith("Please fill in")) return "a required field is missing (a service?)";
  return undefined;
}

/** The object in a response: under `data`, or under its own name. @throws {CliError} `failure` when it has none */
export function readOne(body: unknown, name: string, route: string): Record<string, unknown> {
  const object = asObject(body);
  const found = asObject(object?.data) ?? asObject(object?.[name]);
  if (found === undefined) throw unreadable(route, `no ${name} in the response`);
  return found;
}

export interface WireList {
  rows: Record<string, unknown>[];
  /** Whether the server speaks the dialect of the reference, not that of 1.3.1. */
  documented: boolean;
  total: number | undefined;
  /** Undefined when the server does not page. */
  hasMore: boolean | undefined;
}

/** A list: `{data, pagination}`, or `{incidents: […]}` under its own name. @throws {CliError} `failure` when it has none */
export function readList(body: unknown, name: string, route: string): WireList {
  const object = asObject(body);
  const pagination = asObject(object?.pagination);
  const documented = Array.isArray(object?.data);
  const list = documented ? object?.data : object?.[name];
  if (!Array.isArray(list)) throw unreadable(route, `no list of ${name} in the response`);
  const rows = asRows(list, route, object);
  const total = typeof pagination?.total === "number" ? pagination.total : undefined;
  const hasMore = typeof pagination?.has_more === "boolean" ? pagination.has_more : undefined;
  return { rows, documented, total, hasMore };
}

/** Whether more rows follow the first `offset`: by the server's flag, else by its count, else by the length of the page. */
export function hasMore({ total, rows, hasMore: reported }: WireList, offset: number, asked: number): boolean {
  return reported ?? (total === undefined ? rows.length >= asked : offset < total);
}

function unreadable(route: string, problem: string): CliError {
  return new CliError("failure", `${route}: ${problem}`, { hint: "check the base URL: onduty profiles show" });
}

/**
 * An incident of either dialect. An unknown status or urgency becomes the most urgent one, so that no incident is hidden. Fields are
 * named one by one, since lists are long: by a list of names they would take three times as long.
 */
export function toIncident(row: Record<string, unknown>, { profile, debug }: Connection): Incident {
  const id = asText(row.id);
  if (id === null) throw unreadable("incident", "an incident has no id");
  const status = meaning(statuses, row.status);
  const urgency = meaning(urgencies, row.urgency);
  if (status === undefined) debug(`incident ${id}: unknown status "${upper(row.status)}" is taken for open`);
  if (urgency === undefined) debug(`incident ${id}: unknown urgency "${upper(row.urgency)}" is taken for high`);
  return {
    id,
    number: asText(row.number ?? row.incident_number ?? row.incidentNumber),
    title: titleOf(row),
    description: asText(row.description),
    status: status ?? "open",
    urgency: urgency ?? "high",
    severity: asText(row.severity)?.toLowerCase() ?? null,
    priority: asText(row.priority),
    service: toReference(row.service ?? row.service_id ?? row.serviceId),
    team: toReference(row.team ?? row.team_id ?? row.teamId),
    assignees: assigneesOf(row),
    dedupKey: asText(row.dedup_key ?? row.dedupKey),
    createdAt: asTime(row.created_at ?? row.createdAt) ?? new Date(0).toISOString(),
    updatedAt: asTime(row.updated_at ?? row.updatedAt),
    acknowledgedAt: asTime(row.acknowledged_at ?? row.acknowledgedAt),
    resolvedAt: asTime(row.resolved_at ?? row.resolvedAt),
    snoozedUntil: asTime(row.snoozed_until ?? row.snoozedUntil),
    labels: null,
    fields: null,
    alertCount: null,
    url: asText(row.url ?? row.html_url) ?? pageAddress(profile, "incidents", id),
    provider: "opsknight",
    profile: profile.name,
  };
}

function upper(value: unknown): string {
  return asText(value)?.toUpperCase() ?? "";
}

function assigneesOf({ assignees, assignee, assignee_id, assigneeId }: Record<string, unknown>): Person[] {
  if (Array.isArray(assignees) && assignees.length > 0) return assignees.flatMap((person) => toPerson(person) ?? []);
  const person = toPerson(assignee ?? assignee_id ?? assigneeId);
  return person === undefined ? [] : [person];
}

/** The same with all that the server returns. */
export function toDetails(row: Record<string, unknown>, connection: Connection): IncidentDetails {
  return {
    ...toIncident(row, connection),
    snoozeReason: asText(first(row, "snooze_reason", "snoozeReason")),
    warRoomUrl: asText(first(row, "war_room_url", "warRoomUrl")),
  };
}

/** The address of a page in the web application, which is at the base URL. Source: the `url` of the server's own webhooks. */
export function pageAddress({ baseUrl }: Connection["profile"], area: "incidents" | "schedules", id?: string): string {
  return `${baseUrl.endsWith("/") ? baseUrl.replace(/\/+$/, "") : baseUrl}/${area}${id === undefined ? "" : `/${encodePart(id)}`}`;
}

/**
 * The title as it was sent. The events routes store it escaped for HTML, `POST /api/incidents` does not; incidents of events
 * are those with a dedup key. Source: a running server of 2026-08.
 */
function titleOf(row: Record<string, unknown>): string {
  const title = asText(row.title) ?? "(no title)";
  const key = row.dedup_key ?? row.dedupKey;
  return key === undefined || key === null ? title : unescapeHtml(title);
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };

/** In one pass: `&amp;lt;` was `&lt;` before it was escaped. */
export function unescapeHtml(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#x27|#39);/g, (entity, name: string) => entities[name] ?? entity);
}

/** The incident in the response to an event. */
export function toSummary(row: Record<string, unknown>, { profile }: Connection): IncidentSummary | null {
  const id = asText(row.id);
  if (id === null) return null;
  const status = meaning(statuses, row.status) ?? "open";
  const url = asText(first(row, "url", "html_url")) ?? pageAddress(profile, "incidents", id);
  return { id, title: titleOf(row), status, url };
}

/** Reads `{id, name}`, or an id alone. */
export function toReference(value: unknown): Reference | null {
  const object = asObject(value);
  const id = asText(object?.id) ?? (object === undefined ? asText(value) : null);
  return id === null ? null : { id, name: asText(object?.name) ?? id };
}

/** Reads `{id, name, email}`, or an id alone. Undefined when it names nobody. */
export function toPerson(value: unknown): Person | undefined {
  const object = asObject(value);
  if (object === undefined) {
    const id = asText(value);
    return id === null ? undefined : { id, name: null, email: null };
  }
  const [id, name, email] = [asText(object.id), asText(object.name), asText(object.email)];
  const known = id ?? email ?? name;
  return known === null ? undefined : { id: known, name, email };
}
