import { CliError, mayBeDone } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failureOutcome } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { batch, checkIds, readByIds } from "./by-ids.ts";
import { createLevels } from "./escalation.ts";
import { failed, receipts, unsure, untried, whatIs } from "./receipts.ts";
import { toIncident } from "./wire.ts";
import { addNote, checkAction, type Deed, escalate, post } from "./writes.ts";

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
      await escalate(http, id, level);
      const error = await addNote(http, [id], action);
      return (await receipts(http, connection, [id], action, { error, sent: true }))[0] as ItemOutcome;
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

/** A batch answers nothing for each id: when it fails, the ids are tried one by one to tell precisely. */
async function actOnBatch(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: Deed,
): Promise<ItemOutcome[]> {
  let sent: boolean;
  try {
    sent = await post(http, ids, action);
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
  return receipts(http, connection, ids, action, { error, sent });
}
