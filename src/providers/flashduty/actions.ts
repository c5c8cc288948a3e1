import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failureOutcome } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { acker, isMissing, readData, toIncident } from "./wire.ts";

/** Most ids that one action takes. Source: OpenAPI. */
const batch = 100;

type Rows = Map<string, Record<string, unknown>>;

/** `POST /incident/ack` or `/incident/resolve` for those that need it, a hundred at a time. */
export async function actOnIncidents(
  connection: Connection,
  ids: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  const bad = ids.find((id) => !/^[0-9a-f]{24}$/i.test(id));
  if (bad !== undefined)
    throw usageError(`"${bad}" is not an id of Flashduty: 24 hexadecimal characters`, "onduty incidents list");
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
  for (const outcome of await actOnAll(http, connection, todo, action)) outcomes.set(outcome.id, outcome);
  return ids.map((id) => ({ ...(outcomes.get(id.toLowerCase()) as ItemOutcome), id }));
}

/** Batch by batch. What ends the work (a lost network) does not hide what was done before it. */
async function actOnAll(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (let at = 0; at < ids.length; at += batch) {
    const some = ids.slice(at, at + batch);
    try {
      outcomes.push(...(await actOnBatch(http, connection, some, action)));
    } catch (error) {
      if (!(error instanceof CliError) || at === 0) throw error;
      const untried = ids.slice(at + batch).map((id) => failed(id, `not tried: ${error.message}`));
      return [...outcomes, ...some.map((id) => failed(id, error.message)), ...untried];
    }
  }
  return outcomes;
}

/** Incidents by their ids; those that do not exist are left out. */
async function readByIds(http: HttpClient, ids: string[]): Promise<Rows> {
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
  { verb }: IncidentAction,
): ItemOutcome | undefined {
  if (row === undefined) return { ...failed(id, `there is no incident "${id}"`), outcome: "notFound" };
  const { status, resolvedAt } = toIncident(row, connection);
  if (verb === "resolve")
    return status === "resolved"
      ? { id, outcome: "already", status, by: null, at: resolvedAt, error: null }
      : undefined;
  if (status === "resolved") return { ...failed(id, "incident is resolved; reopen it first"), status, at: resolvedAt };
  return status === "acknowledged" ? { id, outcome: "already", status, ...acker(row), error: null } : undefined;
}

/** A batch answers nothing for each id: when it fails, the ids are tried one by one to tell precisely. */
async function actOnBatch(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  try {
    await post(http, ids, action);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (ids.length === 1 && (error.kind === "notFound" || error.kind === "failure" || error.status === 403))
      return [failureOutcome(ids[0] ?? "", error)];
    if (ids.length === 1 || error.kind === "network" || error.kind === "rateLimited" || error.status === 401)
      throw error;
    return collectOutcomes(ids, 4, async (id) => (await actOnBatch(http, connection, [id], action))[0] as ItemOutcome);
  }
  const error = await addNote(http, ids, action);
  return receipts(http, connection, ids, action, error);
}

async function post(http: HttpClient, ids: string[], { verb, note }: IncidentAction): Promise<void> {
  const route = verb === "acknowledge" ? "POST /incident/ack" : "POST /incident/resolve";
  const resolution = verb === "resolve" && note !== undefined ? { resolution: note } : {};
  await http.request(route, { body: { incident_ids: ids, ...resolution }, idempotent: true });
}

/**
 * The note of an acknowledgement, as a comment; a resolution carries its own. The incidents are acknowledged by now, so a failure
 * is told beside that. It is never repeated: a comment sent twice would stand there twice.
 */
async function addNote(http: HttpClient, ids: string[], { verb, note }: IncidentAction): Promise<string | null> {
  if (verb !== "acknowledge" || note === undefined) return null;
  try {
    await http.request("POST /incident/comment", { body: { incident_ids: ids, comment: note } });
    return null;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return `the note was not added: ${error.message}`;
  }
}

/** Reads back who has it now; what was done stays done when that fails. */
async function receipts(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  { verb }: IncidentAction,
  error: string | null,
): Promise<ItemOutcome[]> {
  const after = await readByIds(http, ids).catch((cause: unknown): Rows => {
    connection.debug(`could not read back: ${(cause as Error).message}`);
    return new Map();
  });
  const outcome = verb === "acknowledge" ? "acknowledged" : "resolved";
  return ids.map((id): ItemOutcome => {
    const row = after.get(id);
    if (row === undefined) return { id, outcome, status: outcome, by: null, at: null, error };
    const { status, resolvedAt } = toIncident(row, connection);
    const who = verb === "resolve" ? { by: null, at: resolvedAt } : acker(row);
    return { id, outcome, status, ...who, error };
  });
}

function failed(id: string, error: string): ItemOutcome {
  return { id, outcome: "failed", status: null, by: null, at: null, error };
}
