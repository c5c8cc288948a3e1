import { CliError, unsupported, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import {
  type Incident,
  type IncidentAction,
  type IncidentStatus,
  type ItemOutcome,
  type NewIncident,
  type Outcome,
  type Person,
  pastTense,
  type Report,
  type TimelineEntry,
} from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import { compareCodes } from "../../model/text.ts";
import { collectOutcomes } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText, asTime, first } from "../wire.ts";
import { readIncident, readRow } from "./incidents.ts";
import { readOne, toIncident, toPerson } from "./wire.ts";

/** The status that a verb sets, and its name in requests. */
const targets: Record<string, { word: string; status: IncidentStatus }> = {
  acknowledge: { word: "ACKNOWLEDGED", status: "acknowledged" },
  unacknowledge: { word: "OPEN", status: "open" },
  resolve: { word: "RESOLVED", status: "resolved" },
  reopen: { word: "OPEN", status: "open" },
  snooze: { word: "SNOOZED", status: "snoozed" },
  suppress: { word: "SUPPRESSED", status: "suppressed" },
};

/**
 * Source: the reference's `PATCH`, which takes status, urgency and assignee; 1.3.1 ignores anything else.
 *
 * @throws {CliError} `usage` for an action that the vendor lacks
 */
export function checkAction(action: IncidentAction): void {
  if (action.verb === "comment") throw unsupported("opsknight", "comments on incidents");
  if (action.verb === "escalate") throw unsupported("opsknight", "escalation by hand", "--to me");
  if (action.verb === "assign" && action.add === true)
    throw unsupported("opsknight", "place for a second assignee of an incident", "leave out --add");
  if (action.note !== undefined) throw unsupported("opsknight", "notes on incidents", "leave out --note");
  if (action.verb === "snooze" && action.forMs !== undefined)
    throw usageError("opsknight takes no duration for a snooze", "leave out --for");
  if (action.verb !== "update") return;
  if (action.change.fields !== undefined || action.change.rawFields !== undefined)
    throw unsupported("opsknight", "custom fields of incidents", "leave out --field");
  for (const name of ["title", "description", "priority"] as const)
    if (action.change[name] !== undefined) throw usageError(`opsknight cannot change the ${name} of an incident`);
}

/** `PATCH /api/incidents/{id}` for each id. Reads each incident before: the vendor does not refuse a repeated action. */
export async function actOnIncidents(
  connection: Connection,
  ids: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  checkAction(action);
  for (const id of ids) if (id.trim() === "") throw usageError("an id is empty");
  const http = await connection.http();
  return collectOutcomes(ids, 4, (id) => actOnOne(http, connection, id, action));
}

async function actOnOne(
  http: HttpClient,
  connection: Connection,
  id: string,
  action: IncidentAction,
): Promise<ItemOutcome> {
  const before = await readIncident(http, connection, id);
  const known = outcomeWithoutRequest(before, action);
  if (known !== undefined) return known;
  const after = await patch(http, connection, before, bodyOf(action));
  const undone = after === before ? undefined : contradictionOf(after, action);
  if (undone !== undefined) return refused(after, undone);
  // The response to a PATCH leaves out the assignee, or has only the id.
  const assignees = action.verb === "assign" ? action.to : before.assignees;
  const named = (person: Person): Person => assignees.find(({ id }) => id === person.id) ?? person;
  const people = after.assignees.map((person) => (person.name === null ? named(person) : person));
  return toOutcome({ ...after, assignees: people.length > 0 ? people : [...assignees] }, pastTense[action.verb]);
}

/** The outcome when no request is needed, or when the request would undo another action; else undefined. */
function outcomeWithoutRequest(before: Incident, action: IncidentAction): ItemOutcome | undefined {
  const { verb } = action;
  if (verb === "assign") {
    const [wanted] = action.to;
    const isAssigned = before.assignees.some(({ id }) => id === wanted?.id);
    return isAssigned || (wanted === undefined && before.assignees.length === 0)
      ? toOutcome(before, "already")
      : undefined;
  }
  if (verb === "update") return before.urgency === action.change.urgency ? toOutcome(before, "already") : undefined;
  const target = targets[verb];
  if (target?.status === before.status) return toOutcome(before, "already");
  // `reopen` also ends a snooze and a suppression. An acknowledgment is taken back with `unacknowledge`.
  if (before.status === "acknowledged" && verb === "reopen") return toOutcome(before, "already");
  if (before.status === "resolved" && verb !== "reopen" && verb !== "resolve")
    return refused(before, `it is resolved; this would reopen it`);
  if (verb === "unacknowledge" && before.status !== "acknowledged")
    return refused(before, `it is ${before.status}, not acknowledged`);
  return undefined;
}

/** Why the response shows that the change was not made: a server may accept a change without making it. */
function contradictionOf({ status, assignees, urgency }: Incident, action: IncidentAction): string | undefined {
  const prefix = "the server took the change, but";
  const wanted = targets[action.verb]?.status;
  if (wanted !== undefined && status !== wanted) return `${prefix} it is ${status}`;
  if (action.verb === "update" && action.change.urgency !== undefined && urgency !== action.change.urgency)
    return `${prefix} its urgency is ${urgency}`;
  const [person] = assignees;
  if (action.verb === "assign" && person !== undefined && !assignees.some(({ id }) => id === action.to[0]?.id))
    return `${prefix} ${person.name ?? person.id} has it`;
  return undefined;
}

function bodyOf(action: IncidentAction): Record<string, unknown> {
  if (action.verb === "assign") {
    // Server 1.3.1 unassigns on an empty text and refuses null.
    const id = action.to[0]?.id ?? "";
    return { assignee_id: id, assigneeId: id };
  }
  if (action.verb === "update") return { urgency: action.change.urgency?.toUpperCase() };
  return { status: targets[action.verb]?.word };
}

/** Returns the changed incident; with `--dry-run`, `before` itself. */
async function patch(
  http: HttpClient,
  connection: Connection,
  before: Incident,
  body: Record<string, unknown>,
): Promise<Incident> {
  const route = `PATCH /api/incidents/${encodeURIComponent(before.id)}` as const;
  const answer = await http.request(route, { body, idempotent: true });
  if (answer.attempts === 0) return before;
  const after = toIncident(readOne(answer.body, "incident", "PATCH /api/incidents/{id}"), connection);
  if (after.id !== before.id) throw new CliError("failure", `${route}: the response is about incident ${after.id}`);
  return after;
}

function toOutcome(incident: Incident, outcome: Outcome): ItemOutcome {
  const [person] = incident.assignees;
  const at = incident.status === "resolved" ? incident.resolvedAt : incident.acknowledgedAt;
  const by = person === undefined ? null : personName(person);
  return { id: incident.id, outcome, status: incident.status, by, at, error: null };
}

function refused({ id, status, resolvedAt }: Incident, error: string): ItemOutcome {
  return { id, outcome: "failed", status, by: null, at: resolvedAt, error };
}

/** `POST /api/incidents`. Never repeated: the route takes no idempotency key. */
export async function createIncident(connection: Connection, incident: NewIncident): Promise<Incident> {
  const { title, urgency, service, description, priority } = incident;
  const [assignee] = incident.assignees ?? [];
  const serviceId = service ?? connection.profile.service;
  if (serviceId === undefined) throw usageError("an incident needs a service", "--service ID");
  const http = await connection.http();
  const body = {
    title,
    urgency: urgency.toUpperCase(),
    service_id: serviceId,
    serviceId,
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(assignee !== undefined && { assignee_id: assignee.id, assigneeId: assignee.id }),
  };
  const answer = await http.request("POST /api/incidents", { body });
  const created = toIncident(readOne(answer.body, "incident", "POST /api/incidents"), connection);
  if (assignee === undefined || created.assignees.some(({ id }) => id === assignee.id)) return created;
  // Server 1.3.1 ignores the assignee of a new incident.
  try {
    const assigned = await patch(http, connection, created, { assignee_id: assignee.id, assigneeId: assignee.id });
    return { ...created, ...assigned, service: created.service, assignees: [assignee] };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError("partial", `incident ${created.id} was created, but not assigned: ${error.message}`, {
      hint: `onduty incidents assign ${created.id} --to ${assignee.id}`,
      cause: error,
    });
  }
}

/** The events in the incident's response, which 1.3.1 has; else entries made from the incident's times. */
export async function readTimeline(connection: Connection, id: string): Promise<Report<TimelineEntry>> {
  const row = await readRow(await connection.http(), id);
  const entries = asArray(row.events ?? row.timeline).flatMap((value): TimelineEntry[] => {
    const event = asObject(value);
    if (event === undefined) return [];
    const person = toPerson(first(event, "user", "actor"));
    return [
      {
        at: asTime(first(event, "created_at", "createdAt", "at")),
        type: asText(first(event, "type", "action"))?.toLowerCase() ?? "event",
        by: person === undefined ? null : personName(person),
        text: asText(first(event, "message", "text", "description")),
      },
    ];
  });
  const timeline = entries.length > 0 ? entries : fromTimes(toIncident(row, connection));
  return { rows: timeline.sort((a, b) => compareCodes(a.at ?? "", b.at ?? "")) };
}

function fromTimes({ createdAt, acknowledgedAt, resolvedAt, assignees }: Incident): TimelineEntry[] {
  const by = assignees[0]?.name ?? assignees[0]?.id ?? null;
  return [
    { at: createdAt, type: "created", by: null, text: null },
    ...(acknowledgedAt === null ? [] : [{ at: acknowledgedAt, type: "acknowledged", by, text: null }]),
    ...(resolvedAt === null ? [] : [{ at: resolvedAt, type: "resolved", by: null, text: null }]),
  ];
}

/** The URL that the vendor returned, else the web application's `/incidents/{id}` at the same address. */
export function pageOf({ profile }: Connection, { url, id }: Incident): string {
  return url ?? `${profile.baseUrl.replace(/\/+$/, "")}/incidents/${encodeURIComponent(id)}`;
}
