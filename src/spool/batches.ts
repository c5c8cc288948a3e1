import { appendFileSync, closeSync, fstatSync, openSync, readFileSync, readSync, renameSync } from "node:fs";
import { join } from "node:path";
import { exists, hasCode, namesIn, removeQuietly, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { Batch } from "./batch.ts";
import {
  type Attempt,
  applyMarks,
  type BatchEntries,
  type BatchName,
  decodeBatch,
  encodeBatch,
  encodeMark,
  formatStem,
  mayHold,
  parseBatchName,
  streamsIn,
} from "./batch-format.ts";
import { type CorruptEntry, type SpoolEntry, streamIn } from "./entry.ts";
import type { Folders } from "./folders.ts";

/** Maximum number of batches that are kept in memory: a long outage leaves hundreds. */
const maxLoaded = 16;

interface Loaded {
  name: BatchName;
  entries: BatchEntries;
  /** Bytes of the log that were read. */
  logSize: number;
  /** Some of what was done is not in the log, as on a full disk. */
  isAhead: boolean;
}

/** The batches of a spool on disk. */
export class Batches {
  readonly #tmp: string;
  readonly #pending: string;
  /** By stem, those used last at the end. */
  readonly #loaded = new Map<string, Loaded>();
  /** By stem; of the entries that the batch was written with. */
  readonly #streams = new Map<string, ReadonlySet<string>>();

  constructor({ tmp, pending }: Folders) {
    this.#tmp = tmp;
    this.#pending = pending;
  }

  /** Writes entries that follow one another durably, under one fsync. This process holds them. */
  async write(entries: SpoolEntry[], random: string): Promise<Batch> {
    const stem = formatStem(entries, random);
    const owned = `${stem}.${ownerTag()}.batch`;
    const [draft, file] = [join(this.#tmp, owned), join(this.#pending, owned)];
    try {
      await writeDurably(draft, encodeBatch(entries));
      renameSync(draft, file);
      await syncFolder(this.#pending);
    } catch (error) {
      removeQuietly(draft, file);
      throw error;
    }
    const files = { folder: this.#pending, owned, free: `${stem}.batch`, log: `${stem}.log` };
    return new Batch(entries, files, () => this.remove({ file: owned, stem }));
  }

  /** Entries that are not finished; of all batches in `files`, the names in `pending`. */
  *entries(files: readonly string[]): Iterable<SpoolEntry | CorruptEntry> {
    for (const file of files) {
      const name = parseBatchName(file);
      if (name !== undefined) yield* this.#read(name)?.entries.values() ?? [];
    }
  }

  /** Ids of entries of these streams that are not finished. A batch without any is not decoded. */
  idsAmong(files: readonly string[], streams: ReadonlySet<string>): string[] {
    const some = files.filter((file) => {
      const name = parseBatchName(file);
      return name !== undefined && intersects(this.#streamsOf(name), streams);
    });
    return [...this.entries(some)].map(({ id }) => id).filter((id) => streams.has(streamIn(id) ?? ""));
  }

  /** The entry, when a batch holds it and it is not finished. */
  find(id: string): SpoolEntry | CorruptEntry | undefined {
    return this.#holder(id)?.entries.get(id);
  }

  /** Whether the batch is on disk and has no entry that needs delivery. */
  isFinished(name: BatchName): boolean {
    return this.#read(name)?.entries.size === 0;
  }

  /** Marks the entry as finished. False if it is not found. */
  finish(id: string): boolean {
    const holder = this.#holder(id);
    if (holder === undefined || !holder.entries.delete(id)) return false;
    try {
      appendFileSync(this.#logOf(holder.name.stem), encodeMark({ id, done: true }), { mode: 0o600 });
    } catch {
      // As in `Batch`. If this stopped a flush, a full disk would make it send the same event forever.
      holder.isAhead = true;
    }
    if (holder.entries.size === 0) this.remove(holder.name);
    return true;
  }

  /** Records attempts and last error. False if the entry is not found. */
  note(id: string, { attempts, lastError }: Attempt): boolean {
    const holder = this.#holder(id);
    if (holder === undefined) return false;
    appendFileSync(this.#logOf(holder.name.stem), encodeMark({ id, attempts, lastError }), { mode: 0o600 });
    return true;
  }

  /** Takes a batch and its log off the disk. */
  remove({ file, stem }: Pick<BatchName, "file" | "stem">): void {
    this.#forget(stem);
    // The log last: without it, entries that are done would seem to wait.
    unlinkIfThere(join(this.#pending, file));
    unlinkIfThere(join(this.#pending, `${stem}.batch`));
    unlinkIfThere(this.#logOf(stem));
  }

  #logOf(stem: string): string {
    return join(this.#pending, `${stem}.log`);
  }

  #forget(stem: string): void {
    this.#loaded.delete(stem);
    this.#streams.delete(stem);
  }

  /** The batch that holds the entry; it stays in memory, as its other entries have their turn next. */
  #holder(id: string): Loaded | undefined {
    for (const { name, entries } of [...this.#loaded.values()]) {
      if (!entries.has(id)) continue;
      if (!this.#isOnDisk(name)) this.#forget(name.stem);
      else return this.#holderIn(name, id);
    }
    for (const file of namesIn(this.#pending)) {
      const name = parseBatchName(file);
      if (name === undefined || !mayHold(name, id)) continue;
      const holder = this.#holderIn(name, id);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  #holderIn(name: BatchName, id: string): Loaded | undefined {
    const batch = this.#read(name);
    if (batch === undefined || !batch.entries.has(id)) return undefined;
    this.#loaded.delete(name.stem);
    this.#loaded.set(name.stem, batch);
    for (const [stem, { isAhead }] of this.#loaded) {
      if (this.#loaded.size <= maxLoaded) break;
      if (!isAhead) this.#loaded.delete(stem);
    }
    return batch;
  }

  #isOnDisk({ file, stem }: BatchName): boolean {
    return exists(join(this.#pending, file)) || exists(join(this.#pending, `${stem}.batch`));
  }

  /** Undefined if it is gone. */
  #read(name: BatchName): Loaded | undefined {
    const { stem } = name;
    let batch = this.#loaded.get(stem);
    if (batch === undefined) {
      const text = this.#textOf(name);
      if (text === undefined) return undefined;
      batch = { name, entries: decodeBatch(stem, text), logSize: 0, isAhead: false };
    }
    this.#readLog(stem, batch);
    return batch;
  }

  #streamsOf(name: BatchName): ReadonlySet<string> {
    const known = this.#streams.get(name.stem) ?? streamsIn(this.#textOf(name) ?? "");
    this.#streams.set(name.stem, known);
    return known;
  }

  /** The file, under its own name or, when its owner has let it go meanwhile, the free one. */
  #textOf({ file, stem }: BatchName): string | undefined {
    for (const name of [file, `${stem}.batch`]) {
      try {
        return readFileSync(join(this.#pending, name), "utf8");
      } catch (error) {
        if (!hasCode(error, "ENOENT")) throw error;
      }
    }
    return undefined;
  }

  /** Applies what was appended to the log since the last read. */
  #readLog(stem: string, batch: Loaded): void {
    try {
      const descriptor = openSync(this.#logOf(stem), "r");
      try {
        const { size } = fstatSync(descriptor);
        if (size <= batch.logSize) return;
        const bytes = Buffer.alloc(size - batch.logSize);
        const length = readSync(descriptor, bytes, 0, bytes.length, batch.logSize);
        // Up to the end of a line: another process may be writing the next.
        const end = bytes.subarray(0, length).lastIndexOf("\n") + 1;
        batch.logSize += end;
        applyMarks(batch.entries, bytes.toString("utf8", 0, end));
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}

function intersects(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const item of other) if (one.has(item)) return true;
  return false;
}
