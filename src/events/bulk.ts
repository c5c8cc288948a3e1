import { sleep } from "../concurrency/sleep.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { Event, EventReceipt } from "../model/event.ts";
import { parseId } from "../spool/entry.ts";
import { type Batch, type NewEntry, type Spool, type SpoolEntry, type SpoolError, streamOf } from "../spool/spool.ts";
import { isRefusal } from "./flush.ts";

/** So many events stand in one file at most, and share its fsync. */
const batchSize = 512;

/** More is not read while this much is not done: input of any size fits into memory. */
const windowSize = 2 * batchSize;

/** After so many events in a row that the vendor could not take, or one for each place, it is taken to be down. */
const leastFailures = 3;

const firstProbeMs = 1000;
const longestProbeMs = 30_000;

/** Sorts behind every id. */
const lastId = "~";

/** An event with its place in the input. */
export interface BulkItem {
  /** From 1. */
  line: number;
  event: Event;
}

/** What became of one event. Not in the spool and not delivered: it is lost unless it is sent again. */
export type BulkOutcome = { item: BulkItem; attempts: number } & (
  | { outcome: "delivered"; receipt: EventReceipt }
  /** The vendor does not want it; `spoolId` names it in `dead`. */
  | { outcome: "refused"; spoolId: string | null; error: CliError }
  /** With `behind` it was not tried: an earlier event of its key waits, for the reason `error` where that is known. */
  | { outcome: "spooled"; spoolId: string; error: CliError | null; behind: boolean }
  | { outcome: "lost"; error: CliError }
);

export interface BulkTools {
  /** Undefined with `--no-spool`. */
  spool: Spool | undefined;
  /** Where the events go. */
  target: Omit<NewEntry, "event">;
  /** Sends one event, repeating what may be repeated. @throws {CliError} when the vendor did not take it */
  send(event: Event): Promise<EventReceipt>;
  /** Delivers what is pending for the target. False when the vendor is still down. */
  flush(): Promise<boolean>;
  /** Why `flush` has left the events of a stream where they are, null when that is not known. */
  whyWaits(stream: string): CliError | null;
  onOutcome(outcome: BulkOutcome): void;
  /** The spool could not be written: what follows is sent without it. */
  onNoSpool(error: Error): void;
  /** The vendor was found to be down, or to answer again. */
  onOutage(error: CliError | null): void;
  concurrency: number;
  signal: AbortSignal;
  now(): Date;
}

/** How far a bulk came. */
export interface BulkEnd {
  /** The last line that was read, when the rest was not: nothing could keep it. */
  stoppedAt: number | null;
}

interface Task {
  item: BulkItem;
  stream: string;
  entry: SpoolEntry | undefined;
  batch: Batch | undefined;
}

/**
 * Sends events as they come: each is durable before its first byte goes out (one fsync for many), at most `concurrency`
 * are under way, and those of one dedup key go one after the other. When the vendor is down, what comes is kept on disk
 * and only now and then is it tried again.
 */
export async function sendAll(input: AsyncIterable<BulkItem[]>, tools: BulkTools): Promise<BulkEnd> {
  const { signal, now, concurrency } = tools;
  const outageAfter = Math.max(leastFailures, concurrency);
  let { spool } = tools;
  /** Read, and not yet in a batch. */
  let unwritten: BulkItem[] = [];
  /** Durable, and free to be sent. */
  let ready: Task[] = [];
  let readyFrom = 0;
  /** Streams with an event under way or ready, and those of their events that come after it. */
  const busy = new Map<string, Task[]>();
  /** Streams of which an event stays pending, and why, where that is known: later ones must not overtake it. */
  const blocked = new Map<string, CliError | null>();
  const batches = new Set<Batch>();
  /** Files of batches that are done, on their way out. */
  const removals = new Set<Promise<void>>();
  let underWay = 0;
  let undone = 0;
  let failures = 0;
  let outage: { error: CliError; nextProbe: number; pauseMs: number } | undefined;
  let inputEnded = false;
  let stoppedAt: number | null = null;
  const waiters: (() => void)[] = [];
  const change = (): void => {
    for (const wake of waiters.splice(0)) wake();
  };
  const changed = (): Promise<void> => new Promise((resolve) => void waiters.push(resolve));

  function settle(task: Task, outcome: BulkOutcome): void {
    undone -= 1;
    tools.onOutcome(outcome);
    const next = busy.get(task.stream)?.shift();
    if (next === undefined) busy.delete(task.stream);
    else {
      // What is done must be known to be done before the next event of its key may go out.
      task.batch?.writeMarks();
      ready.push(next);
    }
  }

  /** The spool need not keep it any longer. */
  function done({ entry, batch }: Task): void {
    if (entry === undefined || batch === undefined) return;
    batch.finish(entry.id);
    if (!batch.isFinished) return;
    batches.delete(batch);
    const removal = batch.release().catch(() => {});
    removals.add(removal);
    void removal.then(() => removals.delete(removal));
  }

  function keep(task: Task, error: CliError | null, attempts: number, behind = false): void {
    const { item, entry, stream } = task;
    if (entry === undefined) {
      const lost = error ?? new CliError("network", "the vendor does not answer");
      settle(task, { outcome: "lost", item, attempts, error: lost });
      return;
    }
    // While the vendor is down everything is kept, and a set of all keys would only grow.
    if (outage === undefined) blocked.set(stream, error);
    settle(task, { outcome: "spooled", item, attempts, spoolId: entry.id, error, behind });
  }

  function start(task: Task): void {
    const { item, stream } = task;
    if (outage !== undefined || signal.aborted || blocked.has(stream)) {
      if (signal.aborted) keep(task, new Interrupted(signal), 0);
      else if (outage !== undefined) keep(task, outage.error, 0);
      else keep(task, blocked.get(stream) ?? null, 0, true);
      return;
    }
    underWay += 1;
    tools.send(item.event).then(
      (receipt) => {
        underWay -= 1;
        failures = 0;
        done(task);
        settle(task, { outcome: "delivered", item, attempts: 1, receipt });
        pump();
      },
      (error: unknown) => {
        void failed(task, error).finally(() => {
          underWay -= 1;
          pump();
        });
      },
    );
  }

  async function failed(task: Task, cause: unknown): Promise<void> {
    const { item, entry } = task;
    const attempts = 1;
    if (isRefusal(cause)) {
      failures = 0;
      const buried = entry !== undefined && spool !== undefined && (await bury(spool, entry, cause, now()));
      if (buried) done(task);
      settle(task, { outcome: "refused", item, attempts, spoolId: entry?.id ?? null, error: cause });
      return;
    }
    const error = cause instanceof CliError ? cause : bug(cause);
    if (entry !== undefined)
      await spool?.update(entry.id, { attempts, lastError: toSpoolError(error, now()) }).catch(() => false);
    failures += 1;
    // A key that is not accepted is not accepted for the next event either.
    if (outage === undefined && !signal.aborted && (failures >= outageAfter || error.kind === "auth")) {
      outage = { error, nextProbe: now().getTime() + firstProbeMs, pauseMs: firstProbeMs };
      tools.onOutage(error);
    }
    keep(task, error, attempts);
  }

  function pump(): void {
    while (readyFrom < ready.length && underWay < concurrency) {
      const task = ready[readyFrom];
      readyFrom += 1;
      if (task !== undefined) start(task);
    }
    if (readyFrom > windowSize) {
      ready = ready.slice(readyFrom);
      readyFrom = 0;
    }
    change();
  }

  function block(stream: string): void {
    blocked.set(stream, blocked.get(stream) ?? tools.whyWaits(stream));
  }

  function enqueue(task: Task): void {
    const waiting = busy.get(task.stream);
    if (waiting === undefined) {
      busy.set(task.stream, []);
      ready.push(task);
    } else waiting.push(task);
  }

  /** Makes what was read durable, and free to be sent. */
  async function write(items: BulkItem[]): Promise<void> {
    let batch: Batch | undefined;
    if (spool !== undefined) {
      try {
        batch = await spool.addBatch(items.map(({ event }) => ({ ...tools.target, event })));
      } catch (error) {
        tools.onNoSpool(error instanceof Error ? error : new Error(String(error)));
        spool = undefined;
      }
    }
    const [first] = batch?.entries ?? [];
    if (batch !== undefined && first !== undefined && spool !== undefined) {
      batches.add(batch);
      for (const stream of await spool.streamsBefore(first.id)) block(stream);
    }
    for (const [index, item] of items.entries()) {
      const entry = batch?.entries[index];
      const stream = (entry && parseId(entry.id)?.stream) ?? streamOf({ ...tools.target, event: item.event });
      enqueue({ item, stream, entry, batch });
    }
    pump();
  }

  /** Asks now and then whether the vendor is there again. */
  async function probe(): Promise<void> {
    if (outage === undefined || spool === undefined || underWay > 0 || now().getTime() < outage.nextProbe) return;
    await releaseAll();
    if (await tools.flush()) {
      outage = undefined;
      failures = 0;
      blocked.clear();
      // Of what still waits, the vendor did not take one.
      for (const stream of await spool.streamsBefore(lastId)) block(stream);
      tools.onOutage(null);
      return;
    }
    const pauseMs = Math.min(longestProbeMs, outage.pauseMs * 2);
    outage = { ...outage, pauseMs, nextProbe: now().getTime() + pauseMs };
  }

  async function releaseAll(): Promise<void> {
    for (const batch of batches) await batch.release().catch(() => {});
    batches.clear();
    await Promise.all(removals);
  }

  async function read(): Promise<void> {
    for await (const items of input) {
      for (let from = 0; from < items.length; from += batchSize) {
        while (undone >= windowSize && !signal.aborted) await changed();
        if (signal.aborted) break;
        const some = items.slice(from, from + batchSize);
        // Without a spool there is nowhere to keep what a vendor that is down cannot take.
        if (outage !== undefined && spool === undefined) break;
        undone += some.length;
        unwritten.push(...some);
        stoppedAt = some.at(-1)?.line ?? stoppedAt;
        change();
      }
      if (signal.aborted || (outage !== undefined && spool === undefined)) return;
    }
    inputEnded = true;
  }

  signal.addEventListener("abort", change);
  let readingEnded = false;
  const reading = read().finally(() => {
    readingEnded = true;
    change();
  });
  // It is awaited below, unless an interrupt comes first.
  reading.catch(() => {});
  try {
    while ((!readingEnded && !signal.aborted) || undone > 0) {
      await probe();
      if (unwritten.length > 0) {
        const items = unwritten.slice(0, batchSize);
        unwritten = unwritten.slice(batchSize);
        await write(items);
      } else if (outage !== undefined && spool !== undefined && underWay === 0) {
        const woken = new AbortController();
        await Promise.race([changed(), sleep(Math.max(50, outage.nextProbe - now().getTime()), woken.signal)]);
        // A timer that is left must not keep the process when the input ends meanwhile.
        woken.abort();
      } else await changed();
    }
    if (!signal.aborted) await reading;
  } finally {
    signal.removeEventListener("abort", change);
    await releaseAll();
  }
  return { stoppedAt: inputEnded ? null : stoppedAt };
}

async function bury(spool: Spool, entry: SpoolEntry, error: CliError, at: Date): Promise<boolean> {
  try {
    return await spool.bury(entry.id, toSpoolError(error, at));
  } catch {
    // It stays pending, and is refused again by the next flush.
    return false;
  }
}

function toSpoolError({ message, status }: CliError, at: Date): SpoolError {
  return { message, at: at.toISOString(), status: status ?? null };
}

/** A mistake of ours must not lose an event: it stays where it is, and is told of. */
function bug(error: unknown): CliError {
  const message = error instanceof Error ? error.message : String(error);
  return new CliError("failure", `this is a bug of onduty: ${message}`, { cause: error });
}
