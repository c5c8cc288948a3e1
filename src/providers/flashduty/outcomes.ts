import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import {
  type Incident,
  type IncidentAction,
  type IncidentStatus,
  type ItemOutcome,
  type Person,
  pastTense,
} from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import { failed } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { type Rows, readByIds } from "./by-ids.ts";
import type { Level } from "./escalation.ts";
import { unexpectedAmong } from "./people.ts";
import { acker, toIncident, toPerson } from "./wire.ts";
import type { FlashdutyAction, FlashdutyChange } from "./writes.ts";

/* The outcome of each id of an action: without a request, and as read back after it. */

/** Incidents before an action, and why they could not be read. */
export interface Before {
  rows: Rows;
  error?: CliError;
}

/** Reads incidents before an action. @throws {CliError} the failures that the action would meet too, such as a lost network */
export async function readBefore(http: HttpClient, { debug }: Connection, ids: readonly string[]): Promise<Before> {
  try {
    return { rows: await readByIds(http, ids) };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    const { kind, status, reason } = error;
    const isOfAll = kind === "network" || status === 401 || reason === "routeNotFound" || reason === "account";
    if (isOfAll || kind === "usage") throw error;
    debug(`could not read the incidents before: ${error.message}`);
    return { rows: new Map(), error };
  }
}

/** The outcome of an id that needs no request; undefined when it needs one. */
export function outcomeWithoutRequest(
  connection: Connection,
  id: string,
  row: Record<string, unknown> | undefined,
  action: FlashdutyAction | Extract<IncidentAction, { verb: "escalate" }>,
): ItemOutcome | undefined {
  if (row === undefined) return { ...failed(id, `incident "${id}" not found`), outcome: "notFound" };
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
  // What the form asks for may be new to an incident that is acknowledged or closed already.
  if ("form" in action && action.form !== undefined && isChanged(incident, row, action.form)) return undefined;
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
      return isAssigned(row, action) ? { ...already, ...holder(incident) } : undefined;
    default:
      return undefined;
  }
}

function isChanged(
  incident: Incident,
  row: Record<string, unknown>,
  { title, description, urgency, rootCause, impact, fields = {} }: FlashdutyChange,
): boolean {
  const own = asObject(row.fields) ?? {};
  return (
    Object.entries(fields).some(([name, value]) => JSON.stringify(own[name] ?? null) !== JSON.stringify(value)) ||
    (rootCause !== undefined && rootCause !== (asText(row.root_cause) ?? "")) ||
    (impact !== undefined && impact !== (asText(row.impact) ?? "")) ||
    (title !== undefined && title !== incident.title) ||
    (description !== undefined && description !== incident.description) ||
    (urgency !== undefined && urgency !== incident.urgency)
  );
}

/** The assignees, as the fields of an outcome. */
function holder({ assignees }: Incident): Pick<ItemOutcome, "by" | "at"> {
  return { by: assignees.map(personName).join(", ") || null, at: null };
}

const respondersOf = (row: Record<string, unknown>): Person[] =>
  asObjects(row.responders).flatMap((one) => toPerson(one) ?? []);

/** Whether the incident is assigned to these people, and without `add` to nobody else. */
function isAssigned(row: Record<string, unknown>, { to, add }: { to: readonly Person[]; add?: boolean }): boolean {
  if (unexpectedAmong(respondersOf(row), to) !== undefined) return false;
  const ids = new Set(asObjects(row.responders).map((responder) => asText(responder.person_id)));
  const wanted = new Set(to.map(({ id }) => id));
  return [...wanted].every((id) => ids.has(id)) && (add === true || ids.size === wanted.size);
}

/** Whether the incident is at this level of an escalation rule, as far as its assignment names one. */
function isAtLevel({ assigned_to }: Record<string, unknown>, level: Level): boolean {
  const { escalate_rule_id, layer_idx } = asObject(assigned_to) ?? {};
  return asText(escalate_rule_id) === level.escalate_rule_id && Number(layer_idx ?? 0) === level.layer_idx;
}

/** The outcome of an incident that is at a level already; undefined when it is not. */
export function outcomeAtLevel(
  connection: Connection,
  id: string,
  row: Record<string, unknown> | undefined,
  level: Level,
): ItemOutcome | undefined {
  if (row === undefined || !isAtLevel(row, level)) return undefined;
  const incident = toIncident(row, connection);
  return { id, outcome: "already", status: incident.status, ...holder(incident), error: null };
}

/** Milliseconds between reads after an action: the vendor's list may be behind its actions. */
const readBackPausesMs = [250, 750];

/** Incidents after an action. */
export interface ReadBack {
  rows: Rows;
  /** Why an incident contradicts the action, by id. */
  undone: Map<string, string>;
  /** The state in which an incident was before and still is, by id: the list may be behind. */
  unseen: Map<string, string>;
}

/**
 * Reads incidents after an action. Repeats the read while `stateOfUndone` returns the state of an incident that the action has not
 * changed. The vendor has accepted the action, so only a state other than the one `before` contradicts it. An id that no longer
 * exists has no row. Returns the failure when the incidents cannot be read.
 */
export async function readBack(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  before: Rows,
  stateOfUndone: (incident: Incident, row: Record<string, unknown>) => string | undefined,
): Promise<ReadBack | CliError> {
  const back: ReadBack = { rows: new Map(), undone: new Map(), unseen: new Map() };
  for (const pause of [0, ...readBackPausesMs]) {
    if (pause > 0) await connection.pause(pause);
    back.undone.clear();
    back.unseen.clear();
    try {
      back.rows = await readByIds(http, ids);
    } catch (cause) {
      if (!(cause instanceof CliError)) throw cause;
      connection.debug(`could not read back: ${cause.message}`);
      return cause;
    }
    for (const [id, row] of back.rows) {
      const state = stateOfUndone(toIncident(row, connection), row);
      if (state === undefined) continue;
      const was = before.get(id);
      if (was === undefined || stateOf(was) === stateOf(row)) back.unseen.set(id, state);
      else back.undone.set(id, `Flashduty took it, but ${state}`);
    }
    if (back.undone.size === 0 && back.unseen.size === 0) break;
  }
  return back;
}

/** What actions change in an incident. */
function stateOf(row: Record<string, unknown>): string {
  const { progress, snoozed_before, responders, assigned_to, fields } = row;
  const { title, description, incident_severity, root_cause, impact } = row;
  return JSON.stringify([
    [progress, snoozed_before, responders, assigned_to, fields],
    [title, description, incident_severity, root_cause, impact],
  ]);
}

/**
 * The outcomes of an action that the vendor has accepted, as read back. It is a failure when another state contradicts it. When the
 * incidents cannot be read, or still are as they were, the action counts as done, with a notice. `sent` is false with `--dry-run`.
 */
export async function readOutcomes(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: FlashdutyAction,
  { error, sent, before }: { error: string | null; sent: boolean; before: Before },
): Promise<ItemOutcome[]> {
  const outcome = action.verb === "wake" ? "reopened" : pastTense[action.verb];
  const accepted = (id: string, notice?: string): ItemOutcome => ({
    id,
    outcome,
    status: statusAfter[action.verb] ?? null,
    by: null,
    at: null,
    error,
    ...(notice !== undefined && { notice }),
  });
  if (!sent) return ids.map((id) => accepted(id));
  // A key that may not read before may not read after either.
  const back =
    before.error?.status === 403
      ? before.error
      : await readBack(http, connection, ids, before.rows, (incident, row) => contradictionOf(incident, row, action));
  if (back instanceof CliError)
    return ids.map((id) => accepted(id, `Flashduty accepted it; its state is not known: ${back.message}`));
  return ids.map((id): ItemOutcome => {
    const row = back.rows.get(id);
    if (row === undefined) return accepted(id);
    const unseen = back.unseen.get(id);
    if (unseen !== undefined) return accepted(id, `Flashduty accepted it, but has not shown it yet: ${unseen}`);
    const incident = toIncident(row, connection);
    const { status, resolvedAt } = incident;
    const assigneeOrAcker = action.verb === "assign" || action.verb === "escalate" ? holder(incident) : acker(row);
    const who = status === "resolved" ? { by: null, at: resolvedAt } : assigneeOrAcker;
    const failure = back.undone.get(id);
    return failure === undefined ? { id, outcome, status, ...who, error } : { ...failed(id, failure), status, ...who };
  });
}

/** Why the incident shows that the action was not carried out. Others may have acknowledged or resolved it since. */
function contradictionOf(
  incident: Incident,
  row: Record<string, unknown>,
  action: FlashdutyAction,
): string | undefined {
  const { status } = incident;
  if ("form" in action && action.form !== undefined && isChanged(incident, row, action.form))
    return "the fields of its form are unchanged";
  switch (action.verb) {
    case "acknowledge":
      return status === "open" && acker(row).at === null ? "it is open" : undefined;
    case "resolve":
      return status === "resolved" ? undefined : `it is ${status}`;
    case "reopen":
      return status === "resolved" ? "it is resolved" : undefined;
    case "snooze":
      // Compared with 0, not with our clock, which may be hours ahead.
      return status !== "resolved" && !(Number(row.snoozed_before) > 0) ? `it is ${status}` : undefined;
    case "wake":
      return status === "snoozed" ? "it is snoozed" : undefined;
    case "assign":
      if (isAssigned(row, { ...action, add: true })) return undefined;
      return unexpectedAmong(respondersOf(row), action.to) ?? `${holder(incident).by ?? "nobody"} has it`;
    case "escalate":
      return isAtLevel(row, action.level) ? undefined : `${holder(incident).by ?? "nobody"} has it`;
    case "update":
      return isChanged(incident, row, action.change) ? "it is unchanged" : undefined;
    default:
      return undefined;
  }
}

/** The status after a verb, for incidents that cannot be read back. */
const statusAfter: Partial<Record<FlashdutyAction["verb"], IncidentStatus>> = {
  acknowledge: "acknowledged",
  unacknowledge: "open",
  resolve: "resolved",
  reopen: "open",
  snooze: "snoozed",
  wake: "open",
};
