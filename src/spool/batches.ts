import { appendFileSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, namesIn, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
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
} from "./batch-format.ts";
import type { CorruptEntry, SpoolEntry } from "./entry.ts";
import type { Folders } from "./folders.ts";

interface Loaded {
  entries: BatchEntries;
  /** Bytes of the log that were read. */
  logSize: number;
}

/** The batches of a spool on disk. */
export class Batches {
  readonly #tmp: string;
  readonly #pending: string;
  readonly #loaded = new Map<string, Promise<Loaded | undefined>>();

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
      await rename(draft, file);
      await syncFolder(this.#pending);
    } catch (error) {
      await Promise.allSettled([unlinkIfThere(draft), unlinkIfThere(file)]);
      throw error;
    }
    const files = { folder: this.#pending, owned, free: `${stem}.batch`, log: `${stem}.log` };
    return new Batch(entries, files, () => this.remove({ file: owned, stem }));
  }

  /** Entries that are not finished; of all batches in `files`, the names in `pending`. */
  async entries(files: readonly string[]): Promise<(SpoolEntry | CorruptEntry)[]> {
    const found: (SpoolEntry | CorruptEntry)[] = [];
    for (const file of files) {
      const name = parseBatchName(file);
      const batch = name && (await this.#load(name));
      if (batch !== undefined) found.push(...batch.entries.values());
    }
    return found;
  }

  /** The entry, when a batch holds it and it is not finished. */
  async find(id: string): Promise<SpoolEntry | CorruptEntry | undefined> {
    return (await this.#holder(id))?.entries.get(id);
  }

  /** Whether the batch is on disk and has no entry that needs delivery. */
  async isFinished(name: BatchName): Promise<boolean> {
    return (await this.#load(name))?.entries.size === 0;
  }

  /** Marks the entry as finished. False if it is not found. */
  async finish(id: string): Promise<boolean> {
    const holder = await this.#holder(id);
    // At once: of two that are finished together, one must see that it is the last.
    if (holder === undefined || !holder.entries.delete(id)) return false;
    try {
      appendFileSync(this.#logOf(holder.name.stem), encodeMark({ id, done: true }), { mode: 0o600 });
    } catch {
      // As in `Batch`. If this stopped a flush, a full disk would make it send the same event forever.
    }
    if (holder.entries.size === 0) await this.remove(holder.name);
    return true;
  }

  /** Records attempts and last error. False if the entry is not found. */
  async note(id: string, { attempts, lastError }: Attempt): Promise<boolean> {
    const holder = await this.#holder(id);
    if (holder === undefined) return false;
    // Synchronous, so that none comes after the last, which removes the log.
    appendFileSync(this.#logOf(holder.name.stem), encodeMark({ id, attempts, lastError }), { mode: 0o600 });
    return true;
  }

  /** Takes a batch and its log off the disk. */
  async remove({ file, stem }: Pick<BatchName, "file" | "stem">): Promise<void> {
    this.#loaded.delete(stem);
    // The log last: without it, entries that are done would seem to wait.
    await unlinkIfThere(join(this.#pending, file));
    await unlinkIfThere(join(this.#pending, `${stem}.batch`));
    await unlinkIfThere(this.#logOf(stem));
  }

  #logOf(stem: string): string {
    return join(this.#pending, `${stem}.log`);
  }

  async #holder(id: string): Promise<{ name: BatchName; entries: BatchEntries } | undefined> {
    for (const file of await namesIn(this.#pending)) {
      const name = parseBatchName(file);
      if (name === undefined || !mayHold(name, id)) continue;
      const entries = (await this.#load(name))?.entries;
      if (entries?.has(id)) return { name, entries };
    }
    return undefined;
  }

  /** All callers get the same object: an entry that one of them has finished must not be pending for another. */
  async #load(name: BatchName): Promise<Loaded | undefined> {
    const { stem } = name;
    const loading =
      this.#loaded.get(stem) ??
      this.#read(name).then((text) =>
        text === undefined ? undefined : { entries: decodeBatch(stem, text), logSize: 0 },
      );
    this.#loaded.set(stem, loading);
    const batch = await loading.catch((error: unknown) => {
      this.#loaded.delete(stem);
      throw error;
    });
    if (batch === undefined) this.#loaded.delete(stem);
    else await this.#readLog(stem, batch);
    return batch;
  }

  /** The file, under its own name or, when its owner has let it go meanwhile, the free one. */
  async #read({ file, stem }: BatchName): Promise<string | undefined> {
    for (const name of [file, `${stem}.batch`]) {
      try {
        return await readFile(join(this.#pending, name), "utf8");
      } catch (error) {
        if (!hasCode(error, "ENOENT")) throw error;
      }
    }
    return undefined;
  }

  /** Applies what was appended to the log since the last read. */
  async #readLog(stem: string, batch: Loaded): Promise<void> {
    try {
      const handle = await open(this.#logOf(stem), "r");
      try {
        const { size } = await handle.stat();
        if (size <= batch.logSize) return;
        const bytes = Buffer.alloc(size - batch.logSize);
        const from = batch.logSize;
        await handle.read(bytes, 0, bytes.length, from);
        // Up to the end of a line: another process may be writing the next.
        const end = bytes.lastIndexOf("\n") + 1;
        batch.logSize = Math.max(batch.logSize, from + end);
        applyMarks(batch.entries, bytes.toString("utf8", 0, end));
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}
