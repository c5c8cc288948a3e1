import { KeyedQueue } from "../concurrency/keyed-queue.ts";
import { Notifier } from "../concurrency/notifier.ts";
import { sleep } from "../concurrency/sleep.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { Event, EventReceipt } from "../model/event.ts";
import { streamIn } from "../spool/entry.ts";
import { type Batch, type NewEntry, type Spool, type SpoolEntry, streamOf, toSpoolError } from "../spool/spool.ts";
import type { BulkItem, BulkOutcome } from "./bulk-outcome.ts";
import { isRefusal } from "./flush.ts";
import { HeldBatches } from "./held-batches.ts";
import { Outage } from "./outage.ts";

/** Maximum number of events in one file; they share its fsync. */
const batchSize = 512;

/** Maximum number of events that are read and not done: it bounds memory for input of any size. */
const windowSize = 2 * batchSize;

/** After this many failed deliveries in a row, or one for each place, the vendor is considered down. */
const minFailures = 3;

/** While the vendor is down, the minimum time between two checks whether it may be tried again. */
const minPauseMs = 50;

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
  /** The spool could not be written: further events are sent without it. */
  onNoSpool(error: Error): void;
  /** The vendor was found to be down, or to respond again. */
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
  /** Its id in the spool; undefined if it is not in the spool. */
  place: { entry: SpoolEntry; batch: Batch } | undefined;
}

/**
 * Sends events as they come: each is durable before its first byte goes out (one fsync for many), at most `concurrency`
 * are under way, and those of one dedup key go one after the other. When the vendor is down, what comes is kept on disk
 * and only now and then is it tried again.
 */
export class BulkSender {
  readonly #tools: BulkTools;
  readonly #outage: Outage;
  /** Undefined once it could not be written. */
  #spool: Spool | undefined;
  /** Read, and not yet in a batch. */
  #unwritten: BulkItem[] = [];
  /** Durable, and to be sent; by stream. */
  readonly #queue = new KeyedQueue<Task>();
  /** Streams of which an event stays pending, and why, where that is known: later ones must not overtake it. */
  readonly #blocked = new Map<string, CliError | null>();
  readonly #batches = new HeldBatches();
  /** Being sent. */
  #underWay = 0;
  /** Read, and without an outcome. */
  #undone = 0;
  #lastLine: number | null = null;
  #reading: "on" | "stopped" | "complete" = "on";
  /** For `send`: what it may have to do something about. */
  readonly #changes = new Notifier();
  /** For the reader: something is done. */
  readonly #room = new Notifier();

  constructor(tools: BulkTools) {
    this.#tools = tools;
    this.#spool = tools.spool;
    this.#outage = new Outage(Math.max(minFailures, tools.concurrency), tools.now);
  }

  /** Sends all of `input`; once for each sender. @throws what reading the input throws */
  async send(input: AsyncIterable<BulkItem[]>): Promise<BulkEnd> {
    const { signal } = this.#tools;
    const wake = (): void => {
      this.#changes.notify();
      this.#room.notify();
    };
    signal.addEventListener("abort", wake);
    const reading = this.#read(input);
    // It is awaited below, unless an interrupt comes first.
    reading.catch(() => {});
    try {
      while (true) {
        // Before the check: a change that comes while a step awaits something else must not be missed.
        const changed = this.#changes.next();
        if ((this.#reading !== "on" || signal.aborted) && this.#undone === 0) break;
        await this.#step(changed);
      }
      if (!signal.aborted) await reading;
    } finally {
      signal.removeEventListener("abort", wake);
      this.#batches.release();
    }
    return { stoppedAt: this.#reading === "complete" ? null : this.#lastLine };
  }

  /** Reads on as long as there is room, and something that keeps what is read. */
  async #read(input: AsyncIterable<BulkItem[]>): Promise<void> {
    let end: "stopped" | "complete" = "stopped";
    try {
      for await (const items of input) if (!(await this.#accept(items))) return;
      end = "complete";
    } finally {
      this.#reading = end;
      this.#changes.notify();
    }
  }

  /** False when no more is to be read. */
  async #accept(items: BulkItem[]): Promise<boolean> {
    const { signal } = this.#tools;
    for (let from = 0; from < items.length; from += batchSize) {
      while (this.#undone >= windowSize && !signal.aborted) await this.#room.next();
      if (signal.aborted || this.#isHopeless) return false;
      const some = items.slice(from, from + batchSize);
      this.#undone += some.length;
      this.#unwritten.push(...some);
      this.#lastLine = some.at(-1)?.line ?? this.#lastLine;
      this.#changes.notify();
    }
    return !signal.aborted && !this.#isHopeless;
  }

  /** Without a spool, events cannot be kept while the vendor is down. */
  get #isHopeless(): boolean {
    return this.#outage.error !== null && this.#spool === undefined;
  }

  /** Does the next step other than sending, or waits until `changed`. */
  async #step(changed: Promise<void>): Promise<void> {
    await this.#probe();
    if (this.#unwritten.length > 0) {
      const items = this.#unwritten.slice(0, batchSize);
      this.#unwritten = this.#unwritten.slice(batchSize);
      await this.#write(items);
    } else if (this.#outage.error !== null && this.#spool !== undefined && this.#underWay === 0) {
      const waking = new AbortController();
      void changed.then(() => waking.abort());
      await sleep(Math.max(minPauseMs, this.#outage.waitMs), waking.signal);
    } else await changed;
  }

  /** Makes what was read durable, and free to be sent. */
  async #write(items: BulkItem[]): Promise<void> {
    const batch = await this.#addBatch(items);
    for (const [index, item] of items.entries()) {
      const entry = batch?.entries[index];
      const stream = (entry && streamIn(entry.id)) ?? this.#streamOf(item.event);
      const place = batch && entry && { entry, batch };
      this.#queue.add({ item, stream, place }, stream);
    }
    this.#pump();
  }

  /** Without a spool, the key alone distinguishes them. */
  #streamOf(event: Event): string {
    const { spool, target } = this.#tools;
    return spool === undefined ? event.dedupKey : streamOf({ ...target, event });
  }

  async #addBatch(items: BulkItem[]): Promise<Batch | undefined> {
    const { target, onNoSpool } = this.#tools;
    const spool = this.#spool;
    if (spool === undefined) return undefined;
    let batch: Batch;
    try {
      batch = await spool.addBatch(items.map(({ event }) => ({ ...target, event })));
    } catch (error) {
      onNoSpool(error instanceof Error ? error : new Error(String(error)));
      this.#spool = undefined;
      return undefined;
    }
    this.#batches.add(batch);
    const first = batch.entries[0]?.id ?? "";
    const streams = new Set(batch.entries.map(({ id }) => streamIn(id) ?? ""));
    this.#block(await spool.streamsBefore(first, streams));
    return batch;
  }

  /** Begins to send what is free, as far as there are places. */
  #pump(): void {
    while (this.#underWay < this.#tools.concurrency) {
      const task = this.#queue.take();
      if (task === undefined) break;
      if (!this.#keepUntried(task)) void this.#deliver(task);
    }
    // While events are under way there is nothing else to do, unless more is read.
    if (this.#underWay === 0) this.#changes.notify();
  }

  /** Keeps an event that has no chance now; false when it is to be sent. */
  #keepUntried(task: Task): boolean {
    const { signal } = this.#tools;
    if (signal.aborted) this.#keep(task, new Interrupted(signal), 0);
    else if (this.#outage.error !== null) this.#keep(task, this.#outage.error, 0);
    else if (this.#blocked.has(task.stream)) this.#keep(task, this.#blocked.get(task.stream) ?? null, 0, true);
    else return false;
    return true;
  }

  async #deliver(task: Task): Promise<void> {
    this.#underWay += 1;
    try {
      let receipt: EventReceipt;
      try {
        receipt = await this.#tools.send(task.item.event);
      } catch (error) {
        await (isRefusal(error) ? this.#refused(task, error) : this.#failed(task, error));
        return;
      }
      this.#delivered(task, receipt);
    } finally {
      this.#underWay -= 1;
      this.#pump();
    }
  }

  #delivered(task: Task, receipt: EventReceipt): void {
    this.#outage.answered();
    if (task.place !== undefined) this.#batches.finish(task.place.batch, task.place.entry.id);
    this.#finish(task, { outcome: "delivered", item: task.item, attempts: 1, receipt });
  }

  async #refused(task: Task, error: CliError): Promise<void> {
    const { item, place } = task;
    this.#outage.answered();
    if (place !== undefined && this.#spool !== undefined) {
      const buried = await bury(this.#spool, place.entry, error, this.#tools.now());
      if (buried) this.#batches.finish(place.batch, place.entry.id);
    }
    this.#finish(task, { outcome: "refused", item, attempts: 1, spoolId: place?.entry.id ?? null, error });
  }

  async #failed(task: Task, cause: unknown): Promise<void> {
    const { signal, now, onOutage } = this.#tools;
    const error = cause instanceof CliError ? cause : bug(cause);
    const attempts = 1;
    const change = { attempts, lastError: toSpoolError(error, now()) };
    if (task.place !== undefined) await this.#spool?.update(task.place.entry.id, change).catch(() => false);
    if (!signal.aborted && this.#outage.failed(error)) onOutage(error);
    this.#keep(task, error, attempts);
  }

  /** Leaves an event in the spool. An event that is not in the spool is lost. */
  #keep(task: Task, error: CliError | null, attempts: number, behind = false): void {
    const { item, place, stream } = task;
    if (place === undefined) {
      const lost = error ?? new CliError("network", "the vendor does not respond");
      this.#finish(task, { outcome: "lost", item, attempts, error: lost });
      return;
    }
    // While the vendor is down, all events are kept, and a set of all keys would only grow.
    if (this.#outage.error === null) this.#blocked.set(stream, error);
    this.#finish(task, { outcome: "spooled", item, attempts, spoolId: place.entry.id, error, behind });
  }

  #finish({ stream, place }: Task, outcome: BulkOutcome): void {
    this.#undone -= 1;
    this.#room.notify();
    this.#tools.onOutcome(outcome);
    // Record that the event is done before the next event of its key may go out.
    if (this.#queue.done(stream)) place?.batch.writeMarks();
  }

  /** Events of these streams must not overtake what is pending. */
  #block(streams: Iterable<string>): void {
    for (const stream of streams) this.#blocked.set(stream, this.#blocked.get(stream) ?? this.#tools.whyWaits(stream));
  }

  /** Checks from time to time whether the vendor responds again. */
  async #probe(): Promise<void> {
    const spool = this.#spool;
    if (this.#outage.error === null || spool === undefined || this.#underWay > 0 || this.#outage.waitMs > 0) return;
    this.#batches.release();
    if (!(await this.#tools.flush())) return this.#outage.goesOn();
    this.#outage.end();
    // Streams that still wait are found again when an event of theirs is written.
    this.#blocked.clear();
    this.#tools.onOutage(null);
  }
}

async function bury(spool: Spool, entry: SpoolEntry, error: CliError, at: Date): Promise<boolean> {
  try {
    return await spool.bury(entry.id, toSpoolError(error, at));
  } catch {
    // It stays pending, and is refused again by the next flush.
    return false;
  }
}

/** A mistake of ours must not lose an event: it stays where it is, and is reported. */
function bug(error: unknown): CliError {
  const message = error instanceof Error ? error.message : String(error);
  return new CliError("failure", `this is a bug in onduty: ${message}`, { cause: error });
}
