import { sleep } from "../concurrency/sleep.ts";
import type { LockOptions } from "../disk/lock.ts";
import { CliError } from "../errors.ts";
import type { EventReceipt } from "../model/event.ts";
import { streamIn } from "../spool/entry.ts";
import { type CorruptEntry, isCorrupt, type Spool, type SpoolEntry, toSpoolError } from "../spool/spool.ts";

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
  if (!(error instanceof CliError) || error.retryable) return false;
  // A server without the route is the wrong server.
  if (error.reason === "repairable" || error.reason === "routeNotFound") return false;
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
      if (isCorrupt(delivery) || delivery.outcome === "gone" || delivery.outcome === "delivered") continue;
      if (delivery.outcome === "waiting") return held(tools, id, "earlier", delivery.error);
      if (delivery.outcome === "held") return held(tools, id, delivery.why);
    }
    const delivery = await deliverOne(tools, id);
    return isCorrupt(delivery) ? { outcome: "gone", id } : delivery;
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
  /** Entries that are still pending, tried or not. Where the time ran out, they were not read: of every profile. */
  waiting: number;
  corrupt: CorruptEntry[];
  /** Another process is flushing this spool, and nothing was tried. */
  busy: boolean;
}

export interface FlushOptions {
  /** Picks streams by one of their entries; default: all. */
  includes?(entry: SpoolEntry): boolean;
  /** How long to wait for another process that is flushing. */
  waitMs: number;
  /** Number of entries that it has in hand; default 4096. After an outage there may be more than fit in memory. */
  atOnce?: number;
}

/** Entries of one stream, oldest first. */
interface Group {
  stream: string;
  /** More may come while it is under way. */
  ids: string[];
}

/** A flush that is under way. */
interface Pass extends DeliveryTools {
  includes: FlushOptions["includes"];
  /** Ids that stand in batches of another process. */
  heldIds: ReadonlySet<string>;
  /** By stream. */
  underWay: Map<string, Group>;
  /** Streams of which an entry still waits: later ones must not overtake it. */
  stopped: Set<string>;
  report: FlushReport;
}

/**
 * Delivers what is pending and `includes` picks, oldest first within a stream, several streams at once. An entry is read
 * when its turn comes. One flusher at a time: where another is at work for longer than `waitMs`, nothing is tried.
 */
export async function flush(
  tools: DeliveryTools,
  { includes, waitMs, atOnce = 4096 }: FlushOptions,
): Promise<FlushReport> {
  const { spool, signal } = tools;
  const report: FlushReport = { delivered: 0, refused: 0, waiting: 0, corrupt: [], busy: false };
  const release = await lockOrGoOn(spool, "flush", { waitMs, ...(signal && { signal }) });
  report.busy = release === null;
  try {
    const ids = await spool.ids("pending");
    // Read last: an entry that another process adds meanwhile is sent by that process, and is not in the list yet.
    const heldIds = await spool.heldIds();
    const pass: Pass = { ...tools, includes, heldIds, underWay: new Map(), stopped: new Set(), report };
    const groups = groupsOf(ids, pass, atOnce);
    // Each takes the next one. What collects a result of each would hold something for each of many thousands.
    const work = async (): Promise<void> => {
      for (const group of groups) await flushGroup(pass, group);
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    await release?.();
  }
  return report;
}

/**
 * Ids by their stream, in the order of the first of each, a few thousand at a time. Those of a stream that is under way join it: it may
 * wait long, and must not keep others back. What is no id of ours is its own stream.
 */
function* groupsOf(ids: readonly string[], { underWay, stopped, report }: Pass, atOnce: number): Iterable<Group> {
  for (let start = 0; start < ids.length; start += atOnce) {
    const groups = new Map<string, Group>();
    for (const id of ids.slice(start, start + atOnce)) {
      const stream = streamIn(id) ?? id;
      const group = groups.get(stream) ?? underWay.get(stream);
      if (group !== undefined) group.ids.push(id);
      else if (stopped.has(stream)) report.waiting += 1;
      else groups.set(stream, { stream, ids: [id] });
    }
    for (const group of groups.values()) {
      underWay.set(group.stream, group);
      yield group;
    }
  }
}

async function flushGroup(pass: Pass, { stream, ids }: Group): Promise<void> {
  const { signal, now, deadline, report, heldIds, underWay, stopped } = pass;
  // With thousands left, even reading one of each stream would take long.
  const isOver = signal?.aborted === true || now().getTime() > deadline;
  if (!isOver && !(await isIncluded(pass, ids))) return void underWay.delete(stream);
  // Without the lock another process is sending it now: do not send it, and do not overtake it.
  const release = isOver || report.busy ? null : await lockStream(pass, stream);
  let done = 0;
  try {
    for (; release !== null && done < ids.length; done += 1) {
      const id = ids[done] ?? "";
      if (heldIds.has(id)) break;
      const delivery = await deliverOne(pass, id);
      if (isCorrupt(delivery)) report.corrupt.push(delivery);
      else if (delivery.outcome === "delivered") report.delivered += 1;
      else if (delivery.outcome === "refused") report.refused += 1;
      else if (delivery.outcome !== "gone") break;
    }
    // Nothing is awaited in between: what comes now is either in the group, or begins one of its own.
    underWay.delete(stream);
    if (done === ids.length) return;
    report.waiting += ids.length - done;
    stopped.add(stream);
  } finally {
    await release?.();
  }
}

/** Whether the entries of a stream are to be delivered, by the first of them that can be read. */
async function isIncluded({ spool, includes }: Pass, ids: readonly string[]): Promise<boolean> {
  if (includes === undefined) return true;
  for (const id of ids) {
    const entry = await spool.read("pending", id);
    if (entry !== undefined && !isCorrupt(entry)) return includes(entry);
  }
  return false;
}

/** Sends one pending entry and moves it according to the response. An entry that cannot be read is given back. */
async function deliverOne(tools: DeliveryTools, id: string): Promise<Delivery | CorruptEntry> {
  const { spool, now, deadline, signal } = tools;
  const entry = await spool.read("pending", id);
  if (entry === undefined) return { outcome: "gone", id };
  // An unreadable entry must not stop the others.
  if (isCorrupt(entry)) return entry;
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
