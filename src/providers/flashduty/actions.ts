import { CliError, mayHaveSucceeded } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failureOutcome } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { checkIds, maxBatchIds, readByIds } from "./by-ids.ts";
import { createLevels } from "./escalation.ts";
import { failed, notTried, outcomeWithoutRequest, readOutcomes, uncertainMessage } from "./outcomes.ts";
import { toIncident } from "./wire.ts";
import { addNote, checkAction, escalate, type FlashdutyAction, post } from "./writes.ts";

/** Acts on the incidents that need it, in batches. Repeated ids are acted on once. See `Provider.incidents.act`. */
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
    const known = outcomeWithoutRequest(connection, id, before.get(id), action);
    if (known === undefined) todo.push(id);
    else outcomes.set(id, known);
  }
  if (action.verb === "escalate") {
    const levels = createLevels(http);
    const escalated = await collectOutcomes(todo, 4, async (id) => {
      const level = await levels.after(before.get(id) ?? {});
      if (typeof level === "string") return failed(id, level);
      await escalate(http, id, level);
      const error = await addNote(http, [id], action);
      return (await readOutcomes(http, connection, [id], action, { error, sent: true }))[0] as ItemOutcome;
    });
    for (const outcome of escalated) outcomes.set(outcome.id, outcome);
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
  action: FlashdutyAction;
}

function inBatches(ids: string[], action: FlashdutyAction): Batch[] {
  const starts = Array.from({ length: Math.ceil(ids.length / maxBatchIds) }, (_, index) => index * maxBatchIds);
  return starts.map((at) => ({ ids: ids.slice(at, at + maxBatchIds), action }));
}

/** Runs the batches in order. A failure that ends the work, such as a lost network, keeps the outcomes of earlier batches. */
async function actOnAll(http: HttpClient, connection: Connection, batches: Batch[]): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (const [index, { ids, action }] of batches.entries()) {
    try {
      outcomes.push(...(await actOnBatch(http, connection, ids, action)));
    } catch (error) {
      if (!(error instanceof CliError) || index === 0) throw error;
      const message = action.verb === "comment" ? uncertainMessage(error, "added") : error.message;
      const remaining = batches.slice(index + 1).flatMap((later) => later.ids);
      return [...outcomes, ...ids.map((id) => failed(id, message)), ...remaining.map(notTried(error))];
    }
  }
  return outcomes;
}

/** The vendor reports no result per id. When a batch fails, each id is tried alone, to report which of them failed. */
async function actOnBatch(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: FlashdutyAction,
): Promise<ItemOutcome[]> {
  let sent: boolean;
  try {
    sent = await post(http, ids, action);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // Trying each id alone would send the comment again.
    if (action.verb === "comment" && mayHaveSucceeded(error)) throw error;
    if (ids.length === 1 && (error.kind === "notFound" || error.kind === "failure" || error.status === 403))
      return [failureOutcome(ids[0] ?? "", error)];
    if (ids.length === 1 || error.kind === "network" || error.kind === "rateLimited" || error.status === 401)
      throw error;
    return collectOutcomes(ids, 4, async (id) => (await actOnBatch(http, connection, [id], action))[0] as ItemOutcome);
  }
  const error = await addNote(http, ids, action);
  return readOutcomes(http, connection, ids, action, { error, sent });
}
