import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { forProfile } from "../../model/command-line.ts";
import { type Incident, type IncidentAction, type ItemOutcome, pastTense } from "../../model/incident.ts";
import { collectOutcomes, failed, failureOutcome, notTried, uncertainMessage } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { actingHeaders } from "./acting-user.ts";
import { isAlready } from "./errors.ts";
import { fieldsIn, readFields, valuesOf, withFields } from "./fields.ts";
import { findTargets } from "./levels.ts";
import { addNote, postNote } from "./note.ts";
import { type Before, notAcknowledged, notSent, outcomeAfter, outcomeWithoutRequest } from "./outcomes.ts";
import { pathOf, readIncidents } from "./show.ts";
import { type Row, readOne, readRows, toIncident } from "./wire.ts";
import { type Change, changeOf, checkAction, secondsOf } from "./writes.ts";

/** Incidents in one request: as many as a page of its response has. The vendor takes 250. */
const batchSize = 100;
/** Number of requests at once. The vendor asks for few. */
const atOnce = 2;

/** What the requests of one action share. */
interface Work {
  http: HttpClient;
  connection: Connection;
  headers: Record<string, string>;
  action: IncidentAction;
}

/** Acts on the incidents that need it, by id or number. Their states are read first. See `Provider.incidents.act`. */
export async function actOnIncidents(
  connection: Connection,
  words: string[],
  action: IncidentAction,
  listed: readonly Incident[] = [],
): Promise<ItemOutcome[]> {
  checkAction(action);
  const http = await connection.http();
  const headers = await actingHeaders(connection);
  const known = await readBefore(http, connection, words, action.verb === "escalate" ? [] : listed);
  const outcomes = new Map<string, ItemOutcome>();
  const todo: Before[] = [];
  for (const before of new Map(
    [...known.values()].flatMap((one) => ("incident" in one ? [[one.incident.id, one]] : [])),
  ).values()) {
    const outcome = outcomeWithoutRequest(before, action);
    if (outcome === undefined) todo.push(before);
    else outcomes.set(before.incident.id, outcome);
  }
  const reasons = [...outcomes.values()];
  if (todo.length === 0 && reasons.length > 0 && reasons.every(({ error }) => error === notAcknowledged))
    throw usageError(
      notAcknowledged,
      forProfile(`onduty incidents ack ${reasons.map(({ id }) => id).join(" ")}`, connection.profile),
    );
  const fields = fieldsIn(action);
  const [one] = [...known.values()].flatMap((before) => ("incident" in before ? [before.incident.id] : []));
  const values = fields === undefined || one === undefined ? [] : valuesOf(fields, await readFields(http, one));
  const done = todo.length === 0 ? [] : await perform({ http, connection, headers, action }, todo);
  for (const outcome of done) outcomes.set(outcome.id, outcome);
  if (values.length > 0) {
    const set = { outcomes: [...outcomes.values()], values, headers, verb: action.verb };
    for (const outcome of await withFields(http, set)) outcomes.set(outcome.id, outcome);
  }
  return words.map((word): ItemOutcome => {
    const one = known.get(word);
    if (one === undefined || !("incident" in one)) return one ?? failed(word, "its state is not known");
    const { id, title } = one.incident;
    return { title, ...(outcomes.get(id) ?? failed(word, "its state is not known")), id: word };
  });
}

/** The incidents before an action, or why there is none. What cannot be read is not acted on: it may be resolved. */
async function readBefore(
  http: HttpClient,
  connection: Connection,
  words: readonly string[],
  listed: readonly Incident[],
): Promise<Map<string, Before | ItemOutcome>> {
  const recent = new Map(listed.map((incident) => [incident.id, incident]));
  const unknown = [...new Set(words)].filter((word) => !recent.has(word));
  const read = await readIncidents(http, unknown);
  return new Map(
    words.map((word): [string, Before | ItemOutcome] => {
      const incident = recent.get(word);
      if (incident !== undefined) return [word, { incident }];
      const row = read.get(word);
      if (row === undefined) return [word, failed(word, "its state is not known")];
      if (!(row instanceof CliError)) return [word, { incident: toIncident(row, connection), row }];
      const outcome = failureOutcome(word, row);
      const error = outcome.outcome === "failed" ? `its state is not known: ${row.message}` : row.message;
      return [word, { ...outcome, error }];
    }),
  );
}

async function perform(work: Work, todo: readonly Before[]): Promise<ItemOutcome[]> {
  const { http, action } = work;
  const change = await changeOf(http, action);
  const outcomes = change === undefined ? await oneByOne(work, todo) : await inBatches(work, todo, change);
  return action.note === undefined || action.verb === "comment" ? outcomes : withNotes(work, outcomes, action.note);
}

/** Adds the note to what was done. */
async function withNotes(
  { http, headers, action }: Work,
  outcomes: ItemOutcome[],
  note: string,
): Promise<ItemOutcome[]> {
  const isDone = ({ outcome }: ItemOutcome): boolean => outcome === pastTense[action.verb];
  const noted: ItemOutcome[] = [];
  for (const item of outcomes)
    noted.push(isDone(item) ? { ...item, error: await addNote(http, item.id, note, headers) } : item);
  return noted;
}

/** The actions with a route for each incident. */
async function oneByOne(work: Work, todo: readonly Before[]): Promise<ItemOutcome[]> {
  const { http, connection, headers, action } = work;
  const befores = new Map(todo.map((before) => [before.incident.id, before]));
  const rows = new Map(todo.map(({ incident, row = {} }) => [incident.id, row]));
  const targets = action.verb === "escalate" ? await findTargets(http, rows, action.to) : undefined;
  return collectOutcomes([...befores.keys()], atOnce, async (id) => {
    const before = befores.get(id) as Before;
    switch (action.verb) {
      case "comment": {
        const isSent = await postNote(http, id, action.note, headers);
        const { status } = before.incident;
        return isSent ? { id, outcome: "commented", status, by: null, at: null, error: null } : notSent(before, action);
      }
      case "snooze": {
        const body = { duration: secondsOf(action.forMs ?? 0) };
        const answer = await http.request(`POST ${pathOf(id)}/snooze`, { body, headers, idempotent: true });
        if (answer.attempts === 0) return notSent(before, action);
        const row = readOne(answer, "incident", "POST /incidents/{id}/snooze");
        return outcomeAfter(toIncident(row, connection), row, action);
      }
      default: {
        const target = targets?.get(id) ?? "its level is not known";
        if (target instanceof CliError) throw target;
        if (typeof target === "string") return failed(id, target);
        const incident = { type: "incident_reference", ...target.change };
        const answer = await http.request(`PUT ${pathOf(id)}`, { body: { incident }, headers, idempotent: true });
        if (answer.attempts === 0) return notSent(before, action);
        const row = readOne(answer, "incident", "PUT /incidents/{id}");
        return outcomeAfter(toIncident(row, connection), row, action, target);
      }
    }
  });
}

/** A failure that ends the work, such as a lost network, keeps the outcomes of earlier batches. */
async function inBatches(work: Work, todo: readonly Before[], change: Change): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (let at = 0; at < todo.length; at += batchSize) {
    const batch = todo.slice(at, at + batchSize);
    try {
      outcomes.push(...(await sendBatch(work, batch, change)));
    } catch (error) {
      if (!(error instanceof CliError) || at === 0) throw error;
      const done = pastTense[work.action.verb];
      const rest = todo.slice(at + batchSize);
      return [
        ...outcomes,
        ...batch.map(({ incident }) => failed(incident.id, uncertainMessage(error, done), error)),
        ...rest.map(({ incident }) => notTried(incident.id, error)),
      ];
    }
  }
  return outcomes;
}

/**
 * One request for all. The vendor does all of it or nothing, so that a refused one is sent again for each incident. An acknowledgment
 * is not repeated unread: one that arrives late would reopen what was resolved meanwhile.
 */
async function sendBatch(
  work: Work,
  batch: readonly Before[],
  change: Change,
  isRetry = false,
): Promise<ItemOutcome[]> {
  const { http, headers, action } = work;
  const incidents = batch.map(({ incident: { id, assignees } }) => ({
    id,
    type: "incident_reference",
    ...change(assignees),
  }));
  const isAcknowledgment = action.verb === "acknowledge";
  try {
    const options = { query: { limit: batchSize }, body: { incidents }, headers, idempotent: !isAcknowledgment };
    const answer = await http.request("PUT /incidents", options);
    if (answer.attempts === 0) return batch.map((before) => notSent(before, action));
    return await readOutcomes(work, batch, readRows(answer, "incidents", "PUT /incidents").rows);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (isAcknowledgment && error.retryable && error.kind !== "rateLimited" && !isRetry)
      return retryAcknowledgment(work, batch, change, error);
    const isOfSome = error.status === 400 || error.status === 403 || error.status === 404;
    if (!isOfSome) throw error;
    if (batch.length === 1) return batch.map(({ incident }) => refusalOf(incident, error));
    return collectOutcomes(
      batch.map(({ incident }) => incident.id),
      atOnce,
      async (id) => {
        const own = batch.filter(({ incident }) => incident.id === id);
        return (await sendBatch(work, own, change))[0] as ItemOutcome;
      },
    );
  }
}

function refusalOf({ id }: Incident, error: CliError): ItemOutcome {
  if (isAlready(error)) return { id, outcome: "already", status: null, by: null, at: null, error: null };
  return failureOutcome(id, error);
}

/** How long to wait before the state is read again, in milliseconds. */
const retryPauseMs = 500;

/** Reads the states again after a request without a response, and sends once more what is still open. */
async function retryAcknowledgment(
  work: Work,
  batch: readonly Before[],
  change: Change,
  cause: CliError,
): Promise<ItemOutcome[]> {
  const { http, connection, action } = work;
  connection.debug(`the states are read again after: ${cause.message}`);
  await connection.pause(retryPauseMs);
  let rows: Map<string, Row | CliError>;
  try {
    rows = await readIncidents(
      http,
      batch.map(({ incident }) => incident.id),
    );
  } catch (error) {
    throw error instanceof CliError && error.kind === "network" ? cause : error;
  }
  const left: Before[] = [];
  const outcomes: ItemOutcome[] = [];
  for (const { incident } of batch) {
    const row = rows.get(incident.id);
    if (row === undefined || row instanceof CliError) {
      outcomes.push(failed(incident.id, cause.message, cause));
      continue;
    }
    const now = { incident: toIncident(row, connection), row };
    if (now.incident.status === "open") left.push(now);
    else outcomes.push({ ...outcomeAfter(now.incident, row, action) });
  }
  return left.length === 0 ? outcomes : [...outcomes, ...(await sendBatch(work, left, change, true))];
}

/** The outcomes by the response, which is a list with pages; what is not in it is read. */
async function readOutcomes(work: Work, batch: readonly Before[], rows: readonly Row[]): Promise<ItemOutcome[]> {
  const { http, connection, action } = work;
  const returned = new Map<unknown, Row | CliError>(rows.map((row) => [row.id, row]));
  const missing = batch.map(({ incident }) => incident.id).filter((id) => !returned.has(id));
  if (missing.length > 0)
    for (const [id, row] of await readIncidents(http, missing).catch(noneRead)) returned.set(id, row);
  return batch.map(({ incident: { id } }): ItemOutcome => {
    const row = returned.get(id);
    if (row !== undefined && !(row instanceof CliError)) return outcomeAfter(toIncident(row, connection), row, action);
    const notice = `PagerDuty accepted it; its state is not known${row === undefined ? "" : `: ${row.message}`}`;
    return { id, outcome: pastTense[action.verb], status: null, by: null, at: null, error: null, notice };
  });
}

function noneRead(error: unknown): Map<string, Row | CliError> {
  if (!(error instanceof CliError)) throw error;
  return new Map();
}
