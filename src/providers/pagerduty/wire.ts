import { CliError } from "../../errors.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Incident, IncidentStatus, Person, Reference, Urgency } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asRows, asText, asTime, first } from "../wire.ts";

/* What PagerDuty's REST API returns. Any field that is not required may be null. Source: the vendor's OpenAPI and documentation. */

/** An object of the vendor's. */
export type Row = Record<string, unknown>;

const statuses: Record<string, IncidentStatus> = {
  triggered: "open",
  acknowledged: "acknowledged",
  resolved: "resolved",
};

/**
 * The rows under a name of a list.
 *
 * @throws {CliError} `failure` when the response has no such list: it must not look like an empty one
 */
export function readRows({ body, requestId }: HttpResponse, name: string, route: string): { object: Row; rows: Row[] } {
  const object = asObject(body);
  const list = object?.[name];
  if (object !== undefined && Array.isArray(list)) return { object, rows: asRows(list, route, object) };
  throw new CliError("failure", `${route}: no ${name.replaceAll("_", " ")} in the response`, {
    requestId: requestId ?? undefined,
    hint: "check the base URL: onduty profiles show",
  });
}

/** The object under a name. @throws {CliError} `failure` when the response has none with an id */
export function readOne({ body, requestId }: HttpResponse, name: string, route: string): Row {
  const row = asObject(asObject(body)?.[name]);
  if (row !== undefined && asText(row.id) !== null) return row;
  throw new CliError("failure", `${route}: no ${name} in the response`, { requestId: requestId ?? undefined });
}

/** The id of a row. @throws {CliError} `failure` when it has none: a row that is left out would look as if it did not exist */
export function idOf(row: Row, route: string): string {
  const id = asText(row.id);
  if (id === null) throw new CliError("failure", `${route}: one of the rows has no id`);
  return id;
}

/** A reference, or the object that `include[]` puts in its place. `summary` is the name. */
export function toReference(value: unknown): Reference | null {
  const object = asObject(value);
  const id = asText(object?.id);
  return object === undefined || id === null ? null : { id, name: nameOf(object) ?? id };
}

/** The name of a reference or of an object. */
export function nameOf(object: Row): string | null {
  return asText(first(object, "name", "summary"));
}

export function toPerson(value: unknown): Person | undefined {
  const object = asObject(value);
  const id = asText(object?.id);
  return object === undefined || id === null ? undefined : { id, name: nameOf(object), email: asText(object.email) };
}

export function assigneesOf(row: Row): Person[] {
  return asObjects(row.assignments).flatMap(({ assignee }) => toPerson(assignee) ?? []);
}

/** A snoozed incident is `acknowledged`, and looks like any other that is. */
export function toIncident(row: Row, { profile, debug }: Connection): Incident {
  const id = asText(row.id);
  if (id === null) throw new CliError("failure", "an incident in the response has no id");
  const status = statuses[asText(row.status) ?? ""];
  if (status === undefined) debug(`incident ${id}: unknown status "${asText(row.status)}" is taken for open`);
  const urgency: Urgency = row.urgency === "low" ? "low" : "high";
  const priority = asObject(row.priority);
  const [team] = asObjects(row.teams);
  return {
    id,
    number: asText(row.incident_number),
    // `summary` has the number in front.
    title: asText(row.title) ?? asText(row.summary) ?? "(no title)",
    description: descriptionOf(row.body),
    status: status ?? "open",
    urgency,
    severity: null,
    priority: priority === undefined ? null : asText(first(priority, "summary", "name")),
    service: toReference(row.service),
    team: toReference(team),
    assignees: assigneesOf(row),
    dedupKey: asText(row.incident_key),
    createdAt: asTime(row.created_at) ?? new Date(0).toISOString(),
    updatedAt: asTime(row.updated_at),
    acknowledgedAt: acknowledgmentsOf(row)[0]?.at ?? null,
    resolvedAt: asTime(row.resolved_at),
    snoozedUntil: null,
    labels: null,
    fields: customFieldsOf(row.custom_fields),
    alertCount: countOf(row.alert_counts),
    url: asText(row.html_url),
    provider: "pagerduty",
    profile: profile.name,
  };
}

/** They come only with `include[]=custom_fields`. */
function customFieldsOf(fields: unknown): Record<string, unknown> | null {
  if (!Array.isArray(fields)) return null;
  return Object.fromEntries(
    asObjects(fields).flatMap(({ name, value }): [string, unknown][] => {
      const word = asText(name);
      return word === null ? [] : [[word, value ?? null]];
    }),
  );
}

function countOf(counts: unknown): number | null {
  const all = asObject(counts)?.all;
  return typeof all === "number" ? all : null;
}

/** `body.details` is a text, or an object of an event. It comes only with `include[]=body`. */
function descriptionOf(body: unknown): string | null {
  const details = asObject(body)?.details;
  return typeof details === "object" && details !== null ? JSON.stringify(details) : asText(details);
}

/** Oldest first. */
function acknowledgmentsOf(row: Row): { by: string | null; at: string }[] {
  const all = asObjects(row.acknowledgements).flatMap(({ at, acknowledger }) => {
    const time = asTime(at);
    const person = toPerson(acknowledger);
    return time === null ? [] : [{ by: person === undefined ? null : personName(person), at: time }];
  });
  return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Who has acknowledged it last, or resolved it, and when. */
export function lastChangeOf(row: Row): { by: string | null; at: string | null } {
  if (row.status === "acknowledged") return acknowledgmentsOf(row).at(-1) ?? { by: null, at: null };
  if (row.status !== "resolved") return { by: null, at: null };
  const person = toPerson(row.last_status_change_by);
  return { by: person === undefined ? null : personName(person), at: asTime(row.last_status_change_at) };
}
