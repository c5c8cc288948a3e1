import { CliError, mayBeDone, unsupported, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import {
  type Incident,
  type IncidentAction,
  type IncidentChange,
  type IncidentStatus,
  type ItemOutcome,
  type Person,
  pastTense,
} from "../../model/incident.ts";
import { collectOutcomes, failureOutcome } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asObject, asObjects, asText } from "../wire.ts";
import { createLevels } from "./escalation.ts";
import { acker, isMissing, readData, severityOf, toIncident } from "./wire.ts";

/** Most ids that one action takes. Source: OpenAPI. */
export const batch = 100;

type Rows = Map<string, Record<string, unknown>>;

/** What is done to incidents: to reopen a snoozed one is to wake it. */
type Deed = IncidentAction | { verb: "wake"; note?: string };

/** The route of a verb that takes ids and little else. */
const routes = {
  acknowledge: "POST /incident/ack",
  unacknowledge: "POST /incident/unack",
  resolve: "POST /incident/resolve",
  reopen: "POST /incident/reopen",
  snooze: "POST /incident/snooze",
  wake: "POST /incident/wake",
  assign: "POST /incident/assign",
  comment: "POST /incident/comment",
} as const;

/** Minutes that a snooze lasts when nobody says, and at most. Source: the design of this tool, and OpenAPI. */
const snoozeMinutes = 120;
const longestSnooze = 1440;

export function checkAction(action: IncidentAction): void {
  if (action.verb === "suppress") throw unsupported("flashduty", "suppressed incidents", "onduty incidents snooze");
  if (action.verb === "snooze" && action.forMs !== undefined) {
    const minutes = Math.ceil(action.forMs / 60_000);
    if (minutes > longestSnooze) throw usageError("flashduty snoozes for 24 hours at most", "--for 24h");
  }
  if (action.note !== undefined && action.note.length > 1024)
    throw usageError(`the note has ${action.note.length} characters, and Flashduty takes 1024`);
  if (action.verb === "assign" && action.to === null)
    throw usageError("flashduty cannot take an incident away from everybody", "--to another person");
  if (action.verb === "assign" && !/^\d+$/.test(action.to?.id ?? ""))
    throw usageError(`"${action.to?.id}" is not the id of a person of Flashduty, which is a number`);
  if (action.verb === "update" && action.change.priority !== undefined)
    throw unsupported("flashduty", "priorities of incidents", "--urgency");
  if (action.verb === "update" && action.change.title !== undefined) checkTitle(action.change.title);
}

export function checkTitle(title: string): void {
  if (title.length < 3 || title.length > 200)
    throw usageError(`a title on Flashduty has 3 to 200 characters, not ${title.length}`);
}

/** Actions on those that need it, a hundred at a time. */
export async function actOnIncidents(
  connection: Connection,
  ids: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  checkAction(action);
  checkIds(ids);
  const http = await connection.http();
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const before = await readByIds(http, wanted);
  const outcomes = new Map<string, ItemOutcome>();
  const todo: string[] = [];
  for (const id of wanted) {
    const known = whatIs(connection, id, before.get(id), action);
    if (known === undefined) todo.push(id);
    else outcomes.set(id, known);
  }
  if (action.verb === "escalate") {
    const levels = createLevels(http);
    const told = await collectOutcomes(todo, 4, async (id) => {
      const level = await levels.after(before.get(id) ?? {});
      if (typeof level === "string") return failed(id, level);
      const body = { incident_ids: [id], assigned_to: { ...level, type: "escalate" } };
      await http.request(routes.assign, { body, idempotent: true });
      const error = await addNote(http, [id], action);
      return (await receipts(http, connection, [id], action, error))[0] as ItemOutcome;
    });
    for (const outcome of told) outcomes.set(outcome.id, outcome);
    return ids.map((id) => ({ ...(outcomes.get(id.toLowerCase()) as ItemOutcome), id }));
  }
  const isAsleep = (id: string): boolean => action.verb === "reopen" && isSnoozed(connection, before.get(id));
  const batches = [
    ...inBatches(
      todo.filter((id) => !isAsleep(id)),
      action,
    ),
    ...inBatches(todo.filter(isAsleep), { ...action, verb: "wake" }),
  ];
  for (const outcome of await actOnAll(http, connection, batches)) outcomes.set(outcome.id, outcome);
  return ids.map((id) => ({ ...(outcomes.get(id.toLowerCase()) as ItemOutcome), id }));
}

function isSnoozed(connection: Connection, row: Record<string, unknown> | undefined): boolean {
  return row !== undefined && toIncident(row, connection).status === "snoozed";
}

export function checkIds(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^[0-9a-f]{24}$/i.test(id));
  if (bad !== undefined)
    throw usageError(`"${bad}" is not an id of Flashduty: 24 hexadecimal characters`, "onduty incidents list");
}

interface Batch {
  ids: string[];
  deed: Deed;
}

function inBatches(ids: string[], deed: Deed): Batch[] {
  const starts = Array.from({ length: Math.ceil(ids.length / batch) }, (_, index) => index * batch);
  return starts.map((at) => ({ ids: ids.slice(at, at + batch), deed }));
}

/** Batch by batch. What ends the work (a lost network) does not hide what was done before it. */
async function actOnAll(http: HttpClient, connection: Connection, batches: Batch[]): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (const [index, { ids, deed }] of batches.entries()) {
    try {
      outcomes.push(...(await actOnBatch(http, connection, ids, deed)));
    } catch (error) {
      if (!(error instanceof CliError) || index === 0) throw error;
      const told = deed.verb === "comment" ? unsure(error, "added") : error.message;
      const rest = batches.slice(index + 1).flatMap((one) => one.ids);
      return [...outcomes, ...ids.map((id) => failed(id, told)), ...rest.map(untried(error))];
    }
  }
  return outcomes;
}

/** The message of a failure; where it may have been done all the same, it says so. */
export function unsure(error: CliError, done: string): string {
  return mayBeDone(error) ? `${error.message}; it may have been ${done} all the same` : error.message;
}

/** The outcome of an id that was not come to. */
export function untried({ message }: CliError): (id: string) => ItemOutcome {
  return (id) => failed(id, `not tried: ${message}`);
}

/** Incidents by their ids; those that do not exist are left out. */
export async function readByIds(http: HttpClient, ids: string[]): Promise<Rows> {
  const found: Rows = new Map();
  for (let at = 0; at < ids.length; at += batch) {
    const body = { incident_ids: ids.slice(at, at + batch) };
    try {
      const answer = await http.request("POST /incident/list-by-ids", { body, idempotent: true, reads: true });
      for (const row of asObjects(readData(answer.body).items)) found.set(asText(row.incident_id) ?? "", row);
    } catch (error) {
      // For a batch that is all unknown the vendor may say "not found" instead of nothing.
      if (!isMissing(error)) throw error;
    }
  }
  return found;
}

/** The outcome of an id for which nothing is to be done; undefined when something is. */
function whatIs(
  connection: Connection,
  id: string,
  row: Record<string, unknown> | undefined,
  action: IncidentAction,
): ItemOutcome | undefined {
  if (row === undefined) return { ...failed(id, `there is no incident "${id}"`), outcome: "notFound" };
  const incident = toIncident(row, connection);
  const { status, resolvedAt } = incident;
  const closed = status === "resolved";
  const already: ItemOutcome = {
    id,
    outcome: "already",
    status,
    by: null,
    at: closed ? resolvedAt : null,
    error: null,
  };
  switch (action.verb) {
    case "resolve":
      return closed ? already : undefined;
    case "reopen":
      return closed || status === "snoozed" ? undefined : already;
    case "comment":
      return undefined;
    case "update":
      return isChanged(incident, row, action.change) ? undefined : already;
    default:
      if (closed) return { ...failed(id, "incident is resolved; reopen it first"), status, at: resolvedAt };
  }
  switch (action.verb) {
    case "acknowledge":
      return status === "acknowledged" ? { ...already, ...acker(row) } : undefined;
    case "unacknowledge":
      return acker(row).at === null && status === "open" ? already : undefined;
    case "assign":
      return hasIt(row, action) ? { ...already, ...holder(incident) } : undefined;
    default:
      return undefined;
  }
}

function isChanged(
  incident: Incident,
  row: Record<string, unknown>,
  { title, description, urgency, fields = {} }: IncidentChange,
): boolean {
  const own = asObject(row.fields) ?? {};
  return (
    Object.entries(fields).some(([name, value]) => JSON.stringify(own[name] ?? null) !== JSON.stringify(value)) ||
    (title !== undefined && title !== incident.title) ||
    (description !== undefined && description !== incident.description) ||
    (urgency !== undefined && urgency !== incident.urgency)
  );
}

/** Who has it. */
function holder({ assignees: [one] }: Incident): Pick<ItemOutcome, "by" | "at"> {
  return { by: one === undefined ? null : (one.name ?? one.email ?? one.id), at: null };
}

/** Whether this person has it; and nobody else, unless the person is to be called in. */
function hasIt(row: Record<string, unknown>, { to, add }: { to: Person | null; add?: boolean }): boolean {
  const ids = asObjects(row.responders).map((one) => asText(one.person_id));
  return ids.includes(to?.id ?? "") && (add === true || ids.length === 1);
}

/** A batch answers nothing for each id: when it fails, the ids are tried one by one to tell precisely. */
async function actOnBatch(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: Deed,
): Promise<ItemOutcome[]> {
  try {
    await post(http, ids, action);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // To try them one by one would be to send it again.
    if (action.verb === "comment" && mayBeDone(error)) throw error;
    if (ids.length === 1 && (error.kind === "notFound" || error.kind === "failure" || error.status === 403))
      return [failureOutcome(ids[0] ?? "", error)];
    if (ids.length === 1 || error.kind === "network" || error.kind === "rateLimited" || error.status === 401)
      throw error;
    return collectOutcomes(ids, 4, async (id) => (await actOnBatch(http, connection, [id], action))[0] as ItemOutcome);
  }
  const error = await addNote(http, ids, action);
  return receipts(http, connection, ids, action, error);
}

async function post(http: HttpClient, ids: string[], action: Deed): Promise<void> {
  if (action.verb === "update") {
    // The one change that takes a single id.
    const { fields = {}, ...texts } = action.change;
    for (const id of ids) {
      if (Object.keys(texts).length > 0)
        await http.request("POST /incident/reset", { body: resetOf(id, texts), idempotent: true });
      for (const [field_name, field_value] of Object.entries(fields)) {
        const body = { incident_id: id, field_name, field_value };
        await http.request("POST /incident/field/reset", { body, idempotent: true });
      }
    }
    return;
  }
  if (action.verb === "assign" && action.add === true) {
    const person_ids = [Number(action.to?.id)];
    for (const id of ids)
      await http.request("POST /incident/responder/add", { body: { incident_id: id, person_ids }, idempotent: true });
    return;
  }
  if (action.verb === "suppress" || action.verb === "escalate") throw unsupported("flashduty", action.verb);
  const body = { incident_ids: ids, ...partsOf(action) };
  // A comment sent twice would stand there twice.
  await http.request(routes[action.verb], { body, idempotent: action.verb !== "comment" });
}

/** What a verb sends beside the ids. */
function partsOf(action: Deed): Record<string, unknown> {
  const { verb, note } = action;
  switch (verb) {
    case "resolve":
      return note === undefined ? {} : { resolution: note };
    case "reopen":
      return note === undefined ? {} : { reason: note };
    case "snooze":
      return { minutes: action.forMs === undefined ? snoozeMinutes : Math.max(1, Math.ceil(action.forMs / 60_000)) };
    case "assign":
      return { assigned_to: { person_ids: [Number(action.to?.id)], type: "reassign" } };
    case "comment":
      return { comment: note };
    default:
      return {};
  }
}

function resetOf(id: string, { title, description, urgency }: IncidentChange): Record<string, unknown> {
  return {
    incident_id: id,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(urgency !== undefined && { incident_severity: severityOf[urgency] }),
  };
}

/**
 * The note of what has no place for one, as a comment. It is done by now, so a failure is told beside that. It is never repeated: a comment sent twice would stand there twice.
 */
async function addNote(http: HttpClient, ids: string[], { verb, note }: Deed): Promise<string | null> {
  if (note === undefined || verb === "resolve" || verb === "reopen" || verb === "comment") return null;
  try {
    await http.request("POST /incident/comment", { body: { incident_ids: ids, comment: note } });
    return null;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return `the note ${mayBeDone(error) ? "may not have been" : "was not"} added: ${error.message}`;
  }
}

/** Reads back who has it now; what was done stays done when that fails. */
async function receipts(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  { verb }: Deed,
  error: string | null,
): Promise<ItemOutcome[]> {
  const after = await readByIds(http, ids).catch((cause: unknown): Rows => {
    connection.debug(`could not read back: ${(cause as Error).message}`);
    return new Map();
  });
  const outcome = verb === "wake" ? "reopened" : pastTense[verb];
  return ids.map((id): ItemOutcome => {
    const row = after.get(id);
    if (row === undefined) return { id, outcome, status: statusAfter[verb] ?? null, by: null, at: null, error };
    const incident = toIncident(row, connection);
    const { status, resolvedAt } = incident;
    const has = verb === "assign" || verb === "escalate" ? holder(incident) : acker(row);
    const who = status === "resolved" ? { by: null, at: resolvedAt } : has;
    return { id, outcome, status, ...who, error };
  });
}

/** What is known without reading back. */
const statusAfter: Partial<Record<Deed["verb"], IncidentStatus>> = {
  acknowledge: "acknowledged",
  unacknowledge: "open",
  resolve: "resolved",
  reopen: "open",
  snooze: "snoozed",
  wake: "open",
};

export function failed(id: string, error: string): ItemOutcome {
  return { id, outcome: "failed", status: null, by: null, at: null, error };
}
