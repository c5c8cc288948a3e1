import { type CliError, mayBeDone } from "../../errors.ts";
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
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { type Rows, readByIds } from "./by-ids.ts";
import { acker, toIncident } from "./wire.ts";
import type { Deed } from "./writes.ts";

/* What is told of each id: before anything is done, and after. */

/** The outcome of an id for which nothing is to be done; undefined when something is. */
export function whatIs(
  connection: Connection,
  id: string,
  row: Record<string, unknown> | undefined,
  action: IncidentAction,
): ItemOutcome | undefined {
  if (row === undefined) return { ...failed(id, `incident not found: "${id}"`), outcome: "notFound" };
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
  return { by: one === undefined ? null : personName(one), at: null };
}

/** Whether this person has it; and nobody else, unless the person is to be called in. */
function hasIt(row: Record<string, unknown>, { to, add }: { to: Person | null; add?: boolean }): boolean {
  const ids = asObjects(row.responders).map((one) => asText(one.person_id));
  return ids.includes(to?.id ?? "") && (add === true || ids.length === 1);
}

/** Between looks at what was done: should the vendor's list be behind its actions, it has this time. In milliseconds. */
const readBackPauses = [250, 750];

/**
 * Looks what became of incidents, again as long as `isUndone` says of one what it is instead. Undefined when they cannot be
 * read. An id that is not there any more has no row.
 */
export async function readBack(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  isUndone: (incident: Incident, row: Record<string, unknown>) => string | undefined,
): Promise<{ rows: Rows; undone: Map<string, string> } | undefined> {
  const undone = new Map<string, string>();
  let rows: Rows = new Map();
  for (const pause of [0, ...readBackPauses]) {
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    undone.clear();
    try {
      rows = await readByIds(http, ids);
    } catch (cause) {
      connection.debug(`could not read back: ${(cause as Error).message}`);
      return undefined;
    }
    for (const [id, row] of rows) {
      const what = isUndone(toIncident(row, connection), row);
      if (what !== undefined) undone.set(id, `Flashduty took it, but ${what}`);
    }
    if (undone.size === 0) break;
  }
  return { rows, undone };
}

/**
 * Reads back who has it now. What the vendor took and did not do is a failure; what was done stays done when it cannot be
 * read. `sent` is false with `--dry-run`.
 */
export async function receipts(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  deed: Deed,
  { error, sent }: { error: string | null; sent: boolean },
): Promise<ItemOutcome[]> {
  const outcome = deed.verb === "wake" ? "reopened" : pastTense[deed.verb];
  const unread = (id: string): ItemOutcome => ({
    id,
    outcome,
    status: statusAfter[deed.verb] ?? null,
    by: null,
    at: null,
    error,
  });
  const back = sent
    ? await readBack(http, connection, ids, (incident, row) => whatIsNot(incident, row, deed))
    : undefined;
  return ids.map((id): ItemOutcome => {
    const row = back?.rows.get(id);
    if (row === undefined) return unread(id);
    const incident = toIncident(row, connection);
    const { status, resolvedAt } = incident;
    const has = deed.verb === "assign" || deed.verb === "escalate" ? holder(incident) : acker(row);
    const who = status === "resolved" ? { by: null, at: resolvedAt } : has;
    const what = back?.undone.get(id);
    return what === undefined ? { id, outcome, status, ...who, error } : { ...failed(id, what), status, ...who };
  });
}

/** What the incident contradicts. Others may have acknowledged or resolved it meanwhile. */
function whatIsNot(incident: Incident, row: Record<string, unknown>, deed: Deed): string | undefined {
  const { status } = incident;
  switch (deed.verb) {
    case "acknowledge":
      return status === "open" && acker(row).at === null ? "it is open" : undefined;
    case "resolve":
      return status === "resolved" ? undefined : `it is ${status}`;
    case "reopen":
      return status === "resolved" ? "it is resolved" : undefined;
    case "snooze":
      // Not by our clock, which may be hours ahead.
      return status !== "resolved" && !(Number(row.snoozed_before) > 0) ? `it is ${status}` : undefined;
    case "wake":
      return status === "snoozed" ? "it is snoozed" : undefined;
    case "assign":
      return hasIt(row, { ...deed, add: true }) ? undefined : `${holder(incident).by ?? "nobody"} has it`;
    case "update":
      return isChanged(incident, row, deed.change) ? "it is as it was" : undefined;
    default:
      return undefined;
  }
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

/** The message of a failure; where it may have been done all the same, it says so. */
export function unsure(error: CliError, done: string): string {
  return mayBeDone(error) ? `${error.message}; it may have been ${done} all the same` : error.message;
}

/** The outcome of an id that was not come to. */
export function untried({ message }: CliError): (id: string) => ItemOutcome {
  return (id) => failed(id, `not tried: ${message}`);
}
