import pMap from "p-map";
import { CliError, mayHaveSucceeded } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failed, failureOutcome, notTried, uncertainMessage } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { maxBatchIds } from "./by-ids.ts";
import { createLevels, type Level } from "./escalation.ts";
import { fieldValues } from "./fields.ts";
import { checkIds } from "./ids.ts";
import { addNote } from "./note.ts";
import { resolveIds } from "./numbers.ts";
import { type Before, outcomeAtLevel, outcomeWithoutRequest, readBefore, readOutcomes } from "./outcomes.ts";
import { toIncident } from "./wire.ts";
import { checkAction, escalate, type FlashdutyAction, noteToAdd, post } from "./writes.ts";

/** Acts on the incidents that need it, in batches. Repeated ids are acted on once. See `Provider.incidents.act`. */
export async function actOnIncidents(
  connection: Connection,
  words: string[],
  action: IncidentAction,
): Promise<ItemOutcome[]> {
  checkAction(action);
  checkIds(words);
  const http = await connection.http();
  const exact = await withFieldValues(http, action);
  const ids = await resolveIds(http, connection, words);
  const wanted = [...new Set([...ids.values()].filter((id) => typeof id === "string"))];
  const outcomes =
    wanted.length === 0 ? new Map<string, ItemOutcome>() : await actOnIds(http, connection, wanted, exact);
  return words.map((word): ItemOutcome => {
    const id = ids.get(word);
    return typeof id === "object" ? id : { ...(outcomes.get(id ?? "") as ItemOutcome), id: word };
  });
}

/** An action whose level of escalation is not known yet. */
type KnownAction = FlashdutyAction | Extract<IncidentAction, { verb: "escalate" }>;

async function withFieldValues(http: HttpClient, action: IncidentAction): Promise<KnownAction> {
  if ("form" in action && action.form?.fields !== undefined)
    return { ...action, form: { ...action.form, fields: await fieldValues(http, action.form) } };
  if (action.verb !== "update") return action as KnownAction;
  const { fields, rawFields, ...change } = action.change;
  if (fields === undefined && rawFields === undefined) return { ...action, change };
  const given = { ...(fields !== undefined && { fields }), ...(rawFields !== undefined && { rawFields }) };
  return { ...action, change: { ...change, fields: await fieldValues(http, given) } };
}

async function actOnIds(
  http: HttpClient,
  connection: Connection,
  wanted: readonly string[],
  action: KnownAction,
): Promise<Map<string, ItemOutcome>> {
  const before = await readBefore(http, connection, wanted);
  const outcomes = new Map<string, ItemOutcome>();
  const todo: string[] = [];
  for (const id of wanted) {
    const row = before.rows.get(id);
    // What could not be read is acted on all the same: the vendor knows its state.
    const known = before.error === undefined ? outcomeWithoutRequest(connection, id, row, action) : undefined;
    if (known === undefined) todo.push(id);
    else outcomes.set(id, known);
  }
  const done =
    action.verb === "escalate" && !("level" in action)
      ? await escalateAll(http, connection, todo, action, before)
      : await actOnAll(http, connection, batchesOf(connection, todo, action, before), before);
  for (const outcome of done) outcomes.set(outcome.id, outcome);
  for (const [id, outcome] of outcomes) {
    const row = before.rows.get(id);
    if (row !== undefined) outcomes.set(id, { ...outcome, title: toIncident(row, connection).title });
  }
  return outcomes;
}

async function escalateAll(
  http: HttpClient,
  connection: Connection,
  ids: string[],
  action: { to?: number | string; note?: string },
  before: Before,
): Promise<ItemOutcome[]> {
  const found = createLevels(http);
  const unknown = `its escalation rule is not known: ${before.error?.message ?? "no row"}`;
  // All are known before the first is sent: a level that does not exist changes nothing.
  const levels = await pMap(
    ids,
    async (id): Promise<[string, Level | string | CliError]> => {
      const row = before.rows.get(id);
      return [id, row === undefined ? unknown : await found.of(row, action.to).catch(failureButUsage)];
    },
    { concurrency: 4 },
  );
  const levelOf = new Map(levels);
  return collectOutcomes(ids, 4, async (id) => {
    const level = levelOf.get(id) ?? unknown;
    if (level instanceof CliError) throw level;
    if (typeof level === "string") return failed(id, level);
    const already = outcomeAtLevel(connection, id, before.rows.get(id), level);
    if (already !== undefined) return already;
    const { attempts } = await escalate(http, id, level);
    const error = await addNote(http, [id], action.note);
    const state = { error, sent: attempts > 0, before };
    return (await readOutcomes(http, connection, [id], { verb: "escalate", level }, state))[0] as ItemOutcome;
  });
}

/** A failure of one incident. @throws {CliError} `usage`, which is of the command line */
function failureButUsage(error: unknown): CliError {
  if (!(error instanceof CliError) || error.kind === "usage") throw error;
  return error;
}

interface Batch {
  ids: string[];
  action: FlashdutyAction;
}

/** The batches of an action. A snoozed incident is woken, not reopened. */
function batchesOf(connection: Connection, ids: readonly string[], action: FlashdutyAction, before: Before): Batch[] {
  const isAsleep = (id: string): boolean => {
    const row = before.rows.get(id);
    return action.verb === "reopen" && row !== undefined && toIncident(row, connection).status === "snoozed";
  };
  const awake = ids.filter((id) => !isAsleep(id));
  const note = action.note === undefined ? {} : { note: action.note };
  return [...inBatches(awake, action), ...inBatches(ids.filter(isAsleep), { verb: "wake", ...note })];
}

function inBatches(ids: string[], action: FlashdutyAction): Batch[] {
  const starts = Array.from({ length: Math.ceil(ids.length / maxBatchIds) }, (_, index) => index * maxBatchIds);
  return starts.map((at) => ({ ids: ids.slice(at, at + maxBatchIds), action }));
}

/** Runs the batches in order. A failure that ends the work, such as a lost network, keeps the outcomes of earlier batches. */
async function actOnAll(
  http: HttpClient,
  connection: Connection,
  batches: Batch[],
  before: Before,
): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (const [index, { ids, action }] of batches.entries()) {
    try {
      outcomes.push(...(await actOnBatch(http, connection, ids, action, before)));
    } catch (error) {
      if (!(error instanceof CliError) || index === 0) throw error;
      const message = action.verb === "comment" ? uncertainMessage(error, "added") : error.message;
      const remaining = batches.slice(index + 1).flatMap((later) => later.ids);
      return [
        ...outcomes,
        ...ids.map((id) => failed(id, message, error)),
        ...remaining.map((id) => notTried(id, error)),
      ];
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
  before: Before,
): Promise<ItemOutcome[]> {
  let sent: boolean;
  try {
    sent = await post(http, ids, action);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // Trying each id alone would send the comment again.
    if (action.verb === "comment" && mayHaveSucceeded(error)) throw error;
    const isOfAll = error.reason === "account" || error.reason === "routeNotFound";
    const isOfOne = error.kind === "notFound" || error.kind === "failure" || error.status === 403;
    if (ids.length === 1 && isOfOne && !isOfAll) return [failureOutcome(ids[0] ?? "", error)];
    if (ids.length === 1 || isOfAll || error.kind === "network" || error.kind === "rateLimited" || error.status === 401)
      throw error;
    return collectOutcomes(
      ids,
      4,
      async (id) => (await actOnBatch(http, connection, [id], action, before))[0] as ItemOutcome,
    );
  }
  const error = await addNote(http, ids, noteToAdd(action));
  return readOutcomes(http, connection, ids, action, { error, sent, before });
}
