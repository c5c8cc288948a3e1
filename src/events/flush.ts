import pMap from "p-map";
import { sleep } from "../concurrency/sleep.ts";
import type { LockOptions } from "../disk/lock.ts";
import { CliError } from "../errors.ts";
import type { EventReceipt } from "../model/event.ts";
import { type CorruptEntry, isCorrupt, type Spool, type SpoolEntry, streamOf, toSpoolError } from "../spool/spool.ts";

type Release = () => Promise<void>;

/** Streams delivered at once. */
const concurrency = 8;

/** The result of one entry. */
export type Delivery =
  | { outcome: "delivered"; entry: SpoolEntry; receipt: EventReceipt }
  /** Now in `dead`: the vendor refused it. */
  | { outcome: "refused"; entry: SpoolEntry; error: Error }
  /** Tried, and still pending. */
  | { outcome: "waiting"; entry: SpoolEntry; error: Error }
  /** Not tried; `error` is the reason why the entry before it waits. */
  | { outcome: "held"; entry: SpoolEntry; why: HeldBy; error: Error | null }
  /** No longer in `pending`: another process has handled it. */
  | { outcome: "gone"; id: string };

/** Why an entry is not tried: an earlier entry of its stream, another process, or no time left. */
export type HeldBy = "earlier" | "process" | "time";

export interface DeliveryTools {
  spool: Spool;
  /** Sends one event; `leftMs` is what remains of the time. @throws {CliError} when the vendor did not take it */
  send(entry: SpoolEntry, leftMs: number): Promise<EventReceipt>;
  now(): Date;
  /** Nothing is begun after this moment, in milliseconds of `now`. */
  deadline: number;
  signal?: AbortSignal;
  /** Called for every entry that was tried. */
  onDelivery?(delivery: Delivery): Promise<void> | void;
}

/**
 * Statuses that do not concern the event: keys (401, 403), a bill that is not paid (402), a proxy's own key (407), time (408, 425),
 * an account that is locked or wants a second factor (423, 428), and rates (429).
 */
const notOfTheEvent = [401, 402, 403, 407, 408, 423, 425, 428, 429];

/**
 * Whether a failure means that the vendor has checked the event and will never take it. A missing response, an outage,
 * a rate limit or a bad key does not concern the event, and what is missing at the vendor can be repaired: it stays pending.
 */
export function isRefusal(error: unknown): error is CliError {
  if (!(error instanceof CliError) || error.retryable || error.reason === "repairable") return false;
  if (error.kind !== "failure" && error.kind !== "notFound" && error.kind !== "usage") return false;
  const { status } = error;
  if (status === undefined) return false;
  if (notOfTheEvent.includes(status)) return false;
  // Below 400 only if the vendor's own body reports a refusal: a login page of a network in between is not one.
  return (status >= 400 && status < 500) || (status < 300 && error.code !== undefined);
}

/** Delivers entry `id`, after what stands before it in its stream. */
export async function deliverEntry(tools: DeliveryTools, stream: string, id: string): Promise<Delivery> {
  const { spool } = tools;
  const release = await lockStream(tools, stream);
  if (release === null) return held(tools, id, "process");
  try {
    // Listed under the lock: what came before has either gone through or is still here.
    const before = (await spool.pendingOf(stream)).filter((other) => other < id);
    for (const other of before) {
      if (!(await untilFree(tools, other))) return held(tools, id, "process");
      const delivery = await deliverOne(tools, other);
      if (delivery === undefined || delivery.outcome === "gone" || delivery.outcome === "delivered") continue;
      if (delivery.outcome === "waiting") return held(tools, id, "earlier", delivery.error);
      if (delivery.outcome === "held") return held(tools, id, delivery.why);
    }
    return (await deliverOne(tools, id)) ?? { outcome: "gone", id };
  } finally {
    await release();
  }
}

/** Waits while a process is delivering the batch that `id` stands in; false when the time runs out first. */
async function untilFree({ spool, now, deadline, signal }: DeliveryTools, id: string): Promise<boolean> {
  while ((await spool.heldIds()).has(id)) {
    if (now().getTime() >= deadline || signal?.aborted === true) return false;
    await sleep(50, signal);
  }
  return true;
}

/** The result of a flush. */
export interface FlushReport {
  delivered: number;
  refused: number;
  /** Entries that are still pending, tried or not. */
  waiting: number;
  corrupt: CorruptEntry[];
  /** Another process is flushing this spool, and nothing was tried. */
  busy: boolean;
}

/**
 * Delivers what is pending and `includes` picks, oldest first within a stream, several streams at once. One flusher at
 * a time: where another is at work for longer than `waitMs`, nothing is tried.
 */
export async function flush(
  tools: DeliveryTools,
  { includes, waitMs }: { includes(entry: SpoolEntry): boolean; waitMs: number },
): Promise<FlushReport> {
  const { spool, signal } = tools;
  const report: FlushReport = { delivered: 0, refused: 0, waiting: 0, corrupt: [], busy: false };
  const release = await lockOrGoOn(spool, "flush", { waitMs, ...(signal && { signal }) });
  const streams = new Map<string, SpoolEntry[]>();
  const pending = await spool.list("pending");
  // Read last: an entry that another process adds meanwhile is sent by that process, and is not in the list yet.
  const heldIds = await spool.heldIds();
  for (const entry of pending) {
    if (isCorrupt(entry)) report.corrupt.push(entry);
    else if (includes(entry)) {
      const stream = streamOf(entry);
      const entries = streams.get(stream);
      if (entries === undefined) streams.set(stream, [entry]);
      else entries.push(entry);
    }
  }
  if (release === null) {
    report.busy = true;
    for (const entries of streams.values()) report.waiting += entries.length;
    return report;
  }
  try {
    await pMap(
      streams,
      async ([stream, entries]) => {
        // With thousands left, even checking each would take long.
        if (signal?.aborted === true || tools.now().getTime() > tools.deadline) report.waiting += entries.length;
        else await flushStream({ ...tools, heldIds }, stream, entries, report);
      },
      { concurrency },
    );
  } finally {
    await release();
  }
  return report;
}

async function flushStream(
  tools: DeliveryTools & { heldIds: ReadonlySet<string> },
  stream: string,
  entries: SpoolEntry[],
  report: FlushReport,
): Promise<void> {
  const release = await lockStream(tools, stream);
  try {
    for (const [index, { id }] of entries.entries()) {
      // Another process is sending it now: do not send it, and do not overtake it.
      const delivery = release === null || tools.heldIds.has(id) ? undefined : await deliverOne(tools, id);
      if (delivery?.outcome === "gone") continue;
      if (delivery?.outcome === "delivered") report.delivered += 1;
      else if (delivery?.outcome === "refused") report.refused += 1;
      else {
        report.waiting += entries.length - index;
        return;
      }
    }
  } finally {
    await release?.();
  }
}

/** Sends one pending entry and moves it according to the response. Undefined if it cannot be read, or no time is left. */
async function deliverOne(tools: DeliveryTools, id: string): Promise<Delivery | undefined> {
  const { spool, now, deadline, signal } = tools;
  const entry = await spool.read("pending", id);
  if (entry === undefined) return { outcome: "gone", id };
  // An unreadable entry must not stop the others.
  if (isCorrupt(entry)) return undefined;
  const leftMs = deadline - now().getTime();
  if (leftMs < 0 || signal?.aborted === true) return { outcome: "held", entry, why: "time", error: null };
  const delivery = await attempt(tools, entry, leftMs);
  await tools.onDelivery?.(delivery);
  return delivery;
}

async function attempt({ spool, send, now }: DeliveryTools, entry: SpoolEntry, leftMs: number): Promise<Delivery> {
  const tried = { ...entry, attempts: entry.attempts + 1 };
  let receipt: EventReceipt;
  try {
    receipt = await send(entry, leftMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const lastError = toSpoolError(error, now());
    // If the disk is too full to move the entry, it stays pending, and the next flush refuses it again.
    if (isRefusal(error) && (await spool.bury(entry.id, lastError).catch(() => undefined)) !== undefined)
      return { outcome: "refused", entry: { ...tried, lastError }, error };
    // If the disk is full, the note is lost, not the event.
    await spool.update(entry.id, { attempts: tried.attempts, lastError }).catch(() => false);
    return { outcome: "waiting", entry: { ...tried, lastError }, error };
  }
  await spool.remove("pending", entry.id);
  return { outcome: "delivered", entry: tried, receipt };
}

async function held({ spool }: DeliveryTools, id: string, why: HeldBy, error: Error | null = null): Promise<Delivery> {
  const entry = await spool.read("pending", id);
  return entry === undefined || isCorrupt(entry) ? { outcome: "gone", id } : { outcome: "held", entry, why, error };
}

/** Null when another process is delivering this stream until the deadline. */
async function lockStream({ spool, now, deadline, signal }: DeliveryTools, stream: string): Promise<Release | null> {
  const waitMs = Math.max(0, deadline - now().getTime());
  return lockOrGoOn(spool, stream, { waitMs, ...(signal && { signal }) });
}

async function lockOrGoOn(spool: Spool, name: string, options: LockOptions): Promise<Release | null> {
  try {
    return await spool.lock(name, options);
  } catch {
    // A disk too full for a lock: at worst two processes send the same event, which its dedup key allows.
    return async () => {};
  }
}
