import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { isRetryable } from "../../http/retry.ts";
import { type Incident, type IncidentAction, type ItemOutcome, type Person, pastTense } from "../../model/incident.ts";
import { encodePart } from "../../model/text.ts";
import { collectOutcomes } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { findListed, maxSingleReads, readIncident } from "./incidents.ts";
import { forgetList } from "./memory.ts";
import { checkAction, contradictionOf, outcomeWithoutRequest, refused, targets, toOutcome } from "./outcomes.ts";
import { readOne, toIncident } from "./wire.ts";

/** Number of requests at the same time. The server answers some ten a second, and takes 60 writes a minute. */
const concurrency = 8;

/**
 * `PATCH /api/incidents/{id}` for each id. The state before is read, since the vendor does not refuse a repeated action: from
 * the list where there are many. An action whose state before cannot be read is sent all the same.
 */
export async function actOnIncidents(
  connection: Connection,
  ids: string[],
  action: IncidentAction,
  listed: readonly Incident[] = [],
): Promise<ItemOutcome[]> {
  checkAction(action);
  for (const id of ids) if (id.trim() === "") throw usageError("an id is empty");
  const http = await connection.http();
  const known = new Map(listed.map((incident): [string, Before] => [incident.id, { incident }]));
  const unread = ids.filter((id) => !known.has(id));
  if (unread.length > maxSingleReads) {
    try {
      for (const [id, incident] of await findListed(connection, unread)) known.set(id, { incident });
    } catch (error) {
      for (const id of unread) known.set(id, unknownBefore(error));
    }
  }
  return collectOutcomes(ids, concurrency, async (id) =>
    actOnOne(http, connection, { id, before: known.get(id) ?? (await readBefore(http, connection, id)), action }),
  );
}

/** The incident before an action, or why it is not known. */
type Before = { incident: Incident } | { error: CliError };

async function readBefore(http: HttpClient, connection: Connection, id: string): Promise<Before> {
  try {
    return { incident: await readIncident(http, connection, id) };
  } catch (error) {
    return unknownBefore(error);
  }
}

/** @throws the error, when the action would fail in the same way, or would be about another incident */
function unknownBefore(error: unknown): { error: CliError } {
  if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
  const { status, reason } = error;
  // A write has a limit, a scope and a way through the server of its own.
  const mayWrite = status === undefined ? reason === "maybeSent" : status === 403 || isRetryable(status);
  if (!mayWrite) throw error;
  return { error };
}

interface Act {
  id: string;
  before: Before;
  action: IncidentAction;
}

async function actOnOne(http: HttpClient, connection: Connection, { id, before, action }: Act): Promise<ItemOutcome> {
  if ("error" in before) return actUnseen(http, connection, { id, action, error: before.error });
  const { incident } = before;
  const known = outcomeWithoutRequest(incident, action);
  if (known !== undefined) return known;
  const after = (await patch(http, connection, incident.id, bodyOf(action))) ?? incident;
  const undone = after === incident ? undefined : contradictionOf(after, action);
  if (undone !== undefined) return refused(after, undone);
  // The response to a PATCH leaves out the assignee, or has only the id.
  const assignees = action.verb === "assign" ? [...action.to] : incident.assignees;
  const named = (person: Person): Person => assignees.find(({ id: own }) => own === person.id) ?? person;
  const people = after.assignees.map((person) => (person.name === null ? named(person) : person));
  const changed = { ...after, assignees: people.length > 0 ? people : assignees };
  return toOutcome(changed, pastTense[action.verb], action.verb);
}

/** The action on an incident whose state before is unknown. */
async function actUnseen(
  http: HttpClient,
  connection: Connection,
  { id, action, error }: { id: string; action: IncidentAction; error: CliError },
): Promise<ItemOutcome> {
  const after = await patch(http, connection, id, bodyOf(action));
  const outcome = pastTense[action.verb];
  const unknown = `its state before is unknown: ${error.message}`;
  if (after === undefined) return { id, outcome, status: null, by: null, at: null, error: null, notice: unknown };
  const undone = contradictionOf(after, action);
  if (undone !== undefined) return refused(after, undone);
  // Server 1.3.1 keeps the time of a resolution when it reopens an incident.
  const wasResolved = after.status !== "resolved" && after.resolvedAt !== null;
  const notice = wasResolved ? `it was resolved at ${after.resolvedAt}, and is ${after.status} now` : unknown;
  return { ...toOutcome(after, outcome, action.verb), notice };
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

/** Returns the changed incident; with `--dry-run`, undefined. */
export async function patch(
  http: HttpClient,
  connection: Connection,
  id: string,
  body: Record<string, unknown>,
): Promise<Incident | undefined> {
  const route = `PATCH /api/incidents/${encodePart(id)}` as const;
  // Server 1.3.1 answers an unknown assignee with a 500 without a body, always.
  const person = typeof body.assigneeId === "string" && body.assigneeId !== "" ? body.assigneeId : undefined;
  forgetList(connection);
  try {
    const answer = await http.request(route, {
      body,
      idempotent: true,
      ...(person !== undefined && { finalStatuses: [500] }),
    });
    if (answer.attempts === 0) return undefined;
    const after = toIncident(readOne(answer.body, "incident", "PATCH /api/incidents/{id}"), connection);
    if (after.id !== id) throw new CliError("failure", `${route}: the response is about incident ${after.id}`);
    return after;
  } catch (error) {
    if (!(error instanceof CliError) || person === undefined || error.status !== 500) throw error;
    throw error.reworded(`${error.message}; is there a user with the id "${person}"?`);
  }
}
