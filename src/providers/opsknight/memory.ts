import type { Incident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import type { WireList } from "./wire.ts";

/* What is kept of a server between requests: its dialect, its last list, and people. */

/** A list with the time for which the server allows it to be kept. */
type List = WireList & { freshForMs: number | undefined };

interface Kept {
  unpaged?: boolean;
  list?: { list: List; until: number };
}

const kept = new WeakMap<Connection, Kept>();

function keptOf(connection: Connection): Kept {
  const known = kept.get(connection) ?? {};
  kept.set(connection, known);
  return known;
}

/** Milliseconds for which a list is kept: enough for one look of the watch, and over before the next. */
const maxKeptMs = 2000;

/** Keeps the list of a server without paging, which one look of the watch reads several times, with other filters. */
export function keepList(connection: Connection, list: List): void {
  const forMs = Math.min(maxKeptMs, list.freshForMs ?? 0);
  if (forMs > 0) keptOf(connection).list = { list, until: connection.now().getTime() + forMs };
}

/** The last list, if the server allows to use it again. */
export function keptList(connection: Connection): List | undefined {
  const { list } = keptOf(connection);
  const leftMs = list === undefined ? 0 : list.until - connection.now().getTime();
  // A clock that was set back must not keep it for longer.
  return list !== undefined && leftMs > 0 && leftMs <= maxKeptMs ? list.list : undefined;
}

/** For a write: the list has changed. */
export function forgetList(connection: Connection): void {
  delete keptOf(connection).list;
}

/** Whether the server is known not to page, from this command or an earlier one. */
export async function isUnpaged(connection: Connection): Promise<boolean> {
  const known = keptOf(connection);
  known.unpaged ??= (await connection.memory?.read())?.unpaged === true;
  return known.unpaged;
}

export async function rememberDialect(connection: Connection, unpaged: boolean): Promise<void> {
  keptOf(connection).unpaged = unpaged;
  await connection.memory?.write({ unpaged });
}

/** Remembers who has incidents: server 1.3.1 publishes people nowhere else. */
export async function rememberPeople({ memory }: Connection, incidents: readonly Incident[]): Promise<void> {
  await memory?.addPeople(incidents.flatMap(({ assignees }) => assignees));
}
