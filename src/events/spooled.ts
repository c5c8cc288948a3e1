import { join } from "node:path";
import type { Context, GlobalOptions } from "../context.ts";
import { CliError, usageError } from "../errors.ts";
import type { Printer } from "../output/printer.ts";
import type { Shape } from "../output/shape.ts";
import { shortAge } from "../output/time.ts";
import { NarrowedSpool } from "../spool/narrowed.ts";
import { type CorruptEntry, isCorrupt, Spool, type SpoolEntry, type SpoolState, shortId } from "../spool/spool.ts";

/** An entry of the spool as it is printed; a file that cannot be read has only `id`, `state` and `corrupt`. */
export interface SpoolRow {
  id: string;
  state: SpoolState;
  action: string | null;
  dedupKey: string | null;
  summary: string | null;
  profile: string | null;
  provider: string | null;
  baseUrl: string | null;
  createdAt: string | null;
  /** Since it was made. */
  ageSeconds: number | null;
  attempts: number | null;
  lastError: SpoolEntry["lastError"];
  event: SpoolEntry["event"] | null;
  /** Why it cannot be read. */
  corrupt: string | null;
}

/** The spool of this machine's user; with `profiles` their events alone. */
export function openSpool(
  ctx: Pick<Context, "stateDir" | "now" | "profiles">,
  { profiles: named }: Pick<GlobalOptions, "profiles"> = {},
): Spool {
  const options = { dir: join(ctx.stateDir, "spool"), now: () => ctx.now() };
  const known = ctx.profiles;
  const profiles = known === undefined ? named : (named?.filter((name) => known.includes(name)) ?? known);
  return profiles === undefined ? new Spool(options) : new NarrowedSpool(options, profiles);
}

/** Recovers what killed processes left, and reports what cannot be. */
export async function recoverSpool(spool: Spool, printer: Printer, what: "events" | "all" = "all"): Promise<void> {
  const { empty } = await spool.recover(what);
  if (empty > 0) await printer.warn("a command was killed before its event was on disk; nothing of that event is left");
}

/** A warning if events of a removed profile wait: they cannot be delivered with another profile. */
export async function strandedEvents(ctx: Context, profile: string): Promise<string[]> {
  const count = await countPending(ctx, profile).catch(() => 0);
  if (count === 0) return [];
  const what = count === 1 ? "1 event waits" : `${count} events wait`;
  return [`${what} in the spool for "${profile}", until there is a profile of that name again`];
}

async function countPending(ctx: Context, profile: string): Promise<number> {
  let count = 0;
  for await (const page of openSpool(ctx).pages("pending"))
    count += page.filter((entry) => !isCorrupt(entry) && entry.profile === profile).length;
  return count;
}

export function toRow(entry: SpoolEntry | CorruptEntry, state: SpoolState, now: Date): SpoolRow {
  if (isCorrupt(entry)) {
    const nothing = { action: null, dedupKey: null, summary: null, profile: null, provider: null, baseUrl: null };
    const none = { createdAt: null, ageSeconds: null, attempts: null, lastError: null, event: null };
    return { id: entry.id, state, ...nothing, ...none, corrupt: entry.corrupt };
  }
  const { id, event, profile, provider, baseUrl, createdAt, attempts, lastError } = entry;
  const age = Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / 1000));
  const { action, dedupKey, summary } = event;
  const where = { profile, provider, baseUrl, createdAt, ageSeconds: Number.isNaN(age) ? null : age };
  return { id, state, action, dedupKey, summary, ...where, attempts, lastError, event, corrupt: null };
}

export const spoolShape: Shape<SpoolRow> = {
  columns: [
    { header: "ID", value: (row) => shortId(row.id), pipe: (row) => row.id },
    { header: "STATE", value: (row) => (row.corrupt === null ? row.state : "corrupt") },
    { header: "ACTION", value: (row) => row.action },
    { header: "KEY", value: (row) => row.dedupKey, cut: 2 },
    { header: "PROFILE", value: (row) => row.profile, cut: 3 },
    {
      header: "AGE",
      value: (row, now) => (row.createdAt === null ? null : shortAge(row.createdAt, now)),
      pipe: (row) => row.createdAt,
    },
    { header: "ATTEMPTS", value: (row) => (row.attempts === null ? null : String(row.attempts)) },
    { header: "LAST ERROR", value: (row) => row.corrupt ?? row.lastError?.message ?? null, cut: 1 },
  ],
  fields: [
    "id",
    "state",
    "action",
    "dedupKey",
    "summary",
    "profile",
    "provider",
    "baseUrl",
    "createdAt",
    "ageSeconds",
    "attempts",
    "lastError",
    "event",
    "corrupt",
  ],
  id: (row) => row.id,
  empty: "The spool is empty.",
};

/** The same with all that is known of one entry. */
export const entryShape: Shape<SpoolRow> = {
  ...spoolShape,
  columns: [
    { header: "ID", value: (row) => row.id },
    ...spoolShape.columns.slice(1),
    { header: "SUMMARY", value: (row) => row.summary },
    { header: "BASE URL", value: (row) => row.baseUrl },
    { header: "EVENT", value: (row) => (row.event === null ? null : JSON.stringify(row.event)) },
  ],
};

/** @throws {CliError} `notFound` */
export async function findRow(ctx: Context, spool: Spool, id: string): Promise<SpoolRow> {
  for (const state of ["pending", "dead"] as const) {
    const entry = await spool.read(state, id);
    if (entry !== undefined) return toRow(entry, state, ctx.now());
  }
  throw noSuchEntry(id);
}

/**
 * Ids in full, each once, of those that were typed as a terminal shows them. An unknown id stays unchanged.
 *
 * @throws {CliError} `usage` when one names several events
 */
export async function fullIds(spool: Spool, given: readonly string[]): Promise<string[]> {
  const short = /^\d{6}-[0-9a-f]{8}$/;
  const lists = given.some((id) => short.test(id))
    ? await Promise.all((["pending", "dead"] as const).map((state) => spool.ids(state)))
    : [];
  const known = lists.flat();
  const ids = given.map((id) => {
    const found = short.test(id) ? known.filter((one) => shortId(one) === id) : [];
    if (found.length > 1)
      throw usageError(`"${id}" names ${found.length} events: ${found.join(", ")}`, `onduty spool show ${found[0]}`);
    return found[0] ?? id;
  });
  return [...new Set(ids)];
}

export function noSuchEntry(id: string): CliError {
  return new CliError("notFound", `entry not found in the spool: "${id}"`, { hint: "onduty spool list" });
}
