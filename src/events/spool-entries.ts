import { CliError } from "../errors.ts";
import type { Spool, SpoolState } from "../spool/spool.ts";
import { fullIds, noSuchEntry } from "./spooled.ts";

/* Entries of the spool that a command is to work on. */

/** A file of the spool. */
export interface EntryRef {
  state: SpoolState;
  id: string;
}

/** All entries in these states. */
export async function entriesIn(spool: Spool, states: readonly SpoolState[]): Promise<EntryRef[]> {
  const lists = await Promise.all(states.map(async (state) => (await spool.ids(state)).map((id) => ({ state, id }))));
  return lists.flat();
}

/** Entries by their ids, each in one of these states. @throws {CliError} `notFound` */
export async function findEntries(
  spool: Spool,
  given: readonly string[],
  states: readonly SpoolState[],
): Promise<EntryRef[]> {
  const found: EntryRef[] = [];
  for (const id of await fullIds(spool, given)) {
    let entry: EntryRef | undefined;
    for (const state of states) if ((await spool.read(state, id)) !== undefined) entry = { state, id };
    if (entry === undefined) throw noSuchEntry(id);
    found.push(entry);
  }
  return found;
}

/** Ids in full of refused entries. @throws {CliError} `notFound` for the first that was not refused */
export async function findRefused(spool: Spool, given: readonly string[]): Promise<string[]> {
  const ids = await fullIds(spool, given);
  for (const id of ids) {
    if ((await spool.read("dead", id)) !== undefined) continue;
    if ((await spool.read("pending", id)) === undefined) throw noSuchEntry(id);
    throw new CliError("notFound", `"${id}" was not refused: it waits already`, { hint: "onduty spool flush" });
  }
  return ids;
}
