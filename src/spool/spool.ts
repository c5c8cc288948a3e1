import { join } from "node:path";
import { hasNames, makeFolders, namesIn } from "../disk/files.ts";
import { type LockOptions, lock } from "../disk/lock.ts";
import type { Batch } from "./batch.ts";
import type { Attempt } from "./batch-format.ts";
import { Batches } from "./batches.ts";
import {
  type CorruptEntry,
  formatId,
  isCorrupt,
  type NewEntry,
  type Recovery,
  type SpoolEntry,
  type SpoolError,
  streamOf,
} from "./entry.ts";
import { EntryFiles } from "./entry-files.ts";
import { type Folders, foldersIn, type SpoolState } from "./folders.ts";
import { Listing } from "./listing.ts";
import { Pending } from "./pending.ts";
import { Places } from "./places.ts";
import { hasForeignBatch, recover, removeRemains } from "./recover.ts";

export type { Batch } from "./batch.ts";
export type { CorruptEntry, NewEntry, Recovery, SpoolEntry, SpoolError } from "./entry.ts";
export { isCorrupt, shortId, streamOf, toSpoolError } from "./entry.ts";
export type { SpoolState } from "./folders.ts";
export { isPart } from "./pending.ts";

export interface SpoolOptions {
  /** `<state>/spool`; made when it is needed. */
  dir: string;
  now(): Date;
}

/**
 * A durable queue of events: a directory with one JSON file for each or for a batch, names sorting oldest first. Nothing is
 * made on disk before the first write.
 */
export class Spool {
  readonly dir: string;
  readonly #now: () => Date;
  readonly #folders: Folders;
  readonly #pending: Pending;
  readonly #files: EntryFiles;
  readonly #batches: Batches;
  readonly #listing: Listing;
  readonly #places: Places;
  #prepared: Promise<void> | undefined;

  constructor({ dir, now }: SpoolOptions) {
    this.dir = dir;
    this.#now = now;
    this.#folders = foldersIn(dir);
    this.#pending = new Pending(this.#folders.pending);
    this.#files = new EntryFiles(this.#folders, this.#pending);
    this.#batches = new Batches(this.#folders);
    this.#listing = new Listing({ dead: this.#folders.dead, pending: this.#pending }, this.#files, this.#batches);
    this.#places = new Places(this.#pending, now);
  }

  /**
   * Resolves once the event would survive a power cut. Never waits for a delivery.
   *
   * @throws the file system's error when it cannot be written; nothing is left pending then
   */
  async add(event: NewEntry): Promise<SpoolEntry> {
    const [entry] = await this.#number([event], randomDigits());
    if (entry === undefined) throw new Error("an event was not numbered");
    await this.#files.add(entry);
    return entry;
  }

  /** The same for several, in this order and under one fsync. They are held by this process until it releases the batch. */
  async addBatch(events: readonly NewEntry[]): Promise<Batch> {
    const random = randomDigits();
    return this.#batches.write(await this.#number(events, random), random);
  }

  /** Ids of pending entries that stand in batches which a process is delivering. */
  async heldIds(): Promise<Set<string>> {
    return this.#listing.heldIds();
  }

  /** Those of `streams` with pending entries older than `id`; batches of this process, and what cannot be read, left out. */
  async streamsBefore(id: string, streams: ReadonlySet<string>): Promise<Set<string>> {
    return this.#listing.streamsBefore(id, streams);
  }

  /** Whether nothing is pending, nor left of a crash. */
  async isEmpty(): Promise<boolean> {
    return !hasNames(this.#folders.tmp) && this.#pending.isEmpty();
  }

  /** Entries oldest first; what cannot be read stands among them and hinders none. */
  async list(state: SpoolState): Promise<(SpoolEntry | CorruptEntry)[]> {
    return [...this.#listing.pages(state)].flat();
  }

  /** The same page by page, for a spool that may be long. */
  async *pages(state: SpoolState): AsyncIterable<(SpoolEntry | CorruptEntry)[]> {
    yield* this.#listing.pages(state);
  }

  /** Ids of all entries, oldest first, without reading those that have a file of their own. */
  async ids(state: SpoolState): Promise<string[]> {
    return this.#listing.ids(state);
  }

  /** How many entries there are, without reading those that have a file of their own. */
  async count(state: SpoolState): Promise<number> {
    return this.#listing.ids(state).length;
  }

  /** When the oldest pending entry was made that can be read, as ISO 8601 UTC; null without one. */
  async oldestAt(): Promise<string | null> {
    for await (const page of this.pages("pending"))
      for (const entry of page) if (!isCorrupt(entry)) return entry.createdAt;
    return null;
  }

  /** Ids of the pending entries of one stream, oldest first. */
  async pendingOf(stream: string): Promise<string[]> {
    return this.#listing.idsOf(stream);
  }

  /** Undefined if no entry in that state has this id. */
  async read(state: SpoolState, id: string): Promise<SpoolEntry | CorruptEntry | undefined> {
    return this.#files.read(state, id) ?? (state === "pending" ? this.#batches.find(id) : undefined);
  }

  /** False if it was not found. */
  async remove(state: SpoolState, id: string): Promise<boolean> {
    return this.#files.remove(state, id) || (state === "pending" && this.#batches.finish(id));
  }

  /** Replaces attempts and last error of a pending entry, atomically. False when it is gone. */
  async update(id: string, change: Attempt): Promise<boolean> {
    const entry = await this.read("pending", id);
    if (entry === undefined || isCorrupt(entry)) return false;
    if (this.#files.has("pending", id)) return this.#files.update(entry, change);
    return this.#batches.note(id, change);
  }

  /** Moves a pending entry to `dead`, with the vendor's reason. */
  async bury(id: string, error: SpoolError): Promise<boolean> {
    const entry = await this.read("pending", id);
    if (entry === undefined) return false;
    await this.#prepare();
    if (isCorrupt(entry)) return this.#files.bury(id);
    const attempt = { attempts: entry.attempts + 1, lastError: error };
    if (!this.#files.has("pending", id)) {
      // Dead entries have files of their own: they are never delivered as a batch.
      await this.#files.addDead({ ...entry, ...attempt });
      return this.#batches.finish(id);
    }
    // On a full disk the reason is lost, but the file can still be moved.
    await this.update(id, attempt).catch(() => false);
    return this.#files.bury(id);
  }

  /** Moves a dead entry back to `pending`, at its old place in the order. */
  async retry(id: string): Promise<boolean> {
    await this.#prepare();
    return this.#files.retry(id);
  }

  /** Whether `recover` has anything to check: in `tmp`, or held by another process when the last event was added. */
  async mayNeedRecovery(): Promise<boolean> {
    const { hasForeignBatch: known } = this.#places;
    return namesIn(this.#folders.tmp).length > 0 || (known ?? hasForeignBatch(this.#folders));
  }

  /**
   * Finds entries that killed processes were writing or delivering. They become pending, or corrupt if incomplete. What is left
   * of finished work is removed, for which every batch is read, unless only `events` are wanted.
   */
  async recover(what: "events" | "all" = "all"): Promise<Recovery> {
    const recovery = await recover(this.#folders, this.#batches);
    if (what === "all") {
      removeRemains(this.#folders, this.#batches);
      this.#pending.removeEmptyParts();
    }
    return recovery;
  }

  /** Keeps other processes from delivering what `name` stands for: a stream, or `flush`. See `lock`. */
  async lock(name: string, options: LockOptions): Promise<(() => Promise<void>) | null> {
    await this.#prepare();
    return lock(join(this.#folders.locks, name), options);
  }

  /** New entries at the next places in the order. */
  async #number(events: readonly NewEntry[], random: string): Promise<SpoolEntry[]> {
    await this.#prepare();
    const streams = events.map(streamOf);
    const { time, sequence } = await this.#places.take(streams);
    const createdAt = this.#now().toISOString();
    return events.map(({ provider, profile, baseUrl, event }, index) => {
      const id = formatId({ time, sequence: sequence + index, stream: streams[index] ?? "" }, random);
      return { version: 1, id, createdAt, provider, profile, baseUrl, event, attempts: 0, lastError: null };
    });
  }

  /** Makes the folders once; after a failure the next write tries again. */
  #prepare(): Promise<void> {
    const { dir, tmp, pending, dead, locks } = this.#folders;
    this.#prepared ??= makeFolders([dir, tmp, pending, dead, locks]).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

/** 8 hex digits, so that two processes that write at the same moment do not make the same name. */
function randomDigits(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}
