import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../context.ts";
import { makeFolders, removeQuietly } from "../../disk/files.ts";
import { lock } from "../../disk/lock.ts";
import { freshOf, lockOf, prune } from "../../disk/prune.ts";
import type { Event } from "../../model/event.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../../providers/provider.ts";
import { keyName } from "../clear-keys.ts";
import type { Order } from "./notification.ts";

/*
 * A monitoring system starts a process for each notification and waits for none. The one of a recovery may be the faster one, and
 * the problem would then be open for good. So the latest notification of each key is kept for a while, as one small file
 * `<state>/order/<fingerprint>`; one that is older for certain is not sent. What cannot be read or written holds nothing back.
 */

/** How long the latest notification counts. A system may number anew after this. */
const keptMs = 600_000;

/** Processes that start within this time may have been called in either order. */
const doubtMs = 100;

/** The lock of a key is held for as long as it takes to write one event to disk, which takes long where hundreds start at once. */
const lockWaitMs = 8000;

/** One event of a notification, and its place among those of its key. */
export interface Ordered {
  event: Event;
  order: Order;
}

/** The latest notification of a key, as it is on disk. */
interface Latest {
  action: string;
  /** When it was noted, in milliseconds. */
  at: number;
  order: readonly (number | null)[];
  startedMs: number;
}

export interface Turns {
  /** Those that no later notification of their key has overtaken. */
  events: Event[];
  overtaken: Event[];
  /** The events are on disk, or delivered: what is older comes too late from now on. */
  sent(): Promise<void>;
  /** Lets others go on. */
  end(): Promise<void>;
}

/** Waits for the turn of each key; `maxMs` is the time for all of the command. Never throws. */
export async function takeTurns(
  ctx: Pick<Context, "stateDir" | "now" | "startedAt">,
  connection: Connection,
  notifications: readonly Ordered[],
  { maxMs }: { maxMs: number },
): Promise<Turns> {
  const folder = join(ctx.stateDir, "order");
  const startedMs = ctx.startedAt.getTime();
  const releases: (() => Promise<void>)[] = [];
  const [events, overtaken, noting]: [Event[], Event[], { file: string; latest: Latest }[]] = [[], [], []];
  for (const { event, order } of notifications) {
    const file = join(folder, keyName(connection, event));
    const release = await lockKey(folder, file, Math.min(lockWaitMs, maxMs / 2));
    if (release !== null) releases.push(release);
    const nowMs = ctx.now().getTime();
    const before = read(file, nowMs);
    const late = before !== undefined && isOlder({ order, startedMs }, before, event);
    (late ? overtaken : events).push(event);
    // An acknowledgment may be faster than its problem, which must go out nevertheless.
    if (late || event.action === "acknowledge") continue;
    const latest = { action: event.action, at: nowMs, order: order.map((part) => part ?? null), startedMs };
    noting.push({ file, latest });
  }
  const end = async (): Promise<void> => {
    for (const release of releases.splice(0)) await release().catch(() => {});
  };
  const sent = async (): Promise<void> => {
    for (const { file, latest } of noting.splice(0)) write(file, latest);
    await end();
  };
  return { events, overtaken, sent, end };
}

/** Null without a lock: the notification is sent nevertheless. */
async function lockKey(folder: string, file: string, waitMs: number): Promise<(() => Promise<void>) | null> {
  try {
    await makeFolders([folder]);
    return await lock(lockOf(file), { waitMs });
  } catch {
    return null;
  }
}

/** Undefined when nothing is known that still counts. A clock that went back proves nothing. */
function read(file: string, nowMs: number): Latest | undefined {
  try {
    const { action, at, order, startedMs } = asObject(JSON.parse(readFileSync(file, "utf8"))) ?? {};
    if (typeof action !== "string" || typeof at !== "number" || typeof startedMs !== "number") return undefined;
    if (!Array.isArray(order) || !(nowMs >= at && nowMs - at <= keptMs)) return undefined;
    return { action, at, order: order.map((part) => (typeof part === "number" ? part : null)), startedMs };
  } catch {
    return undefined;
  }
}

/**
 * Whether a notification is older than one that was sent before it: by the first number or time of the system in which they differ,
 * else by the start of their processes. In doubt a problem is not the older one, and its end is: a clock that was set, or numbers that
 * begin anew, disagree with the others.
 */
function isOlder(mine: { order: Order; startedMs: number }, sent: Latest, { action }: Pick<Event, "action">): boolean {
  const differences = mine.order.flatMap((part, index) => {
    const other = sent.order[index] ?? part;
    return part === undefined || other === undefined || part === other ? [] : [part < other];
  });
  const [first] = differences;
  if (first !== undefined) return action === "trigger" ? differences.every(Boolean) : first;
  return sent.startedMs - mine.startedMs > (action === "trigger" ? doubtMs : 0);
}

function write(file: string, latest: Latest): void {
  const fresh = freshOf(file);
  try {
    writeFileSync(fresh, `${JSON.stringify(latest)}\n`, { flag: "wx", mode: 0o600 });
    renameSync(fresh, file);
    prune(join(file, ".."));
  } catch {
    removeQuietly(fresh);
  }
}
