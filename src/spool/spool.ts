import { readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, hasCode, makeFolders, namesIn, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
import { type LockOptions, lock, removeStaleGuards } from "../disk/lock.ts";
import { isGone, ownerTag } from "../disk/owner.ts";
import { type Batch, createBatches, isBatchFile, parseBatchName } from "./batch.ts";
import {
  type CorruptEntry,
  formatId,
  isCorrupt,
  type NewEntry,
  parseEntry,
  parseId,
  type Recovery,
  type SpoolEntry,
  type SpoolError,
  streamOf,
} from "./entry.ts";

export type { Batch } from "./batch.ts";
export type { CorruptEntry, NewEntry, Recovery, SpoolEntry, SpoolError } from "./entry.ts";
export { isCorrupt, shortId, streamOf } from "./entry.ts";

/** `pending` waits for delivery, `dead` was refused by the vendor. */
export type SpoolState = "pending" | "dead";

/** A durable queue of events: a directory with one JSON file for each or for a batch, names sorting oldest first. */
export interface Spool {
  readonly dir: string;
  /**
   * Resolves once the event would survive a power cut. Never waits for a delivery.
   *
   * @throws the file system's error when it cannot be written; nothing is left pending then
   */
  add(entry: NewEntry): Promise<SpoolEntry>;
  /** The same for several, in this order and under one fsync. They are held by this process until it releases the batch. */
  addBatch(entries: NewEntry[]): Promise<Batch>;
  /** Ids of pending entries that stand in batches which a process is delivering. */
  heldIds(): Promise<Set<string>>;
  /** Streams with pending entries older than `id`; those in batches of this process, and what cannot be read, left out. */
  streamsBefore(id: string): Promise<Set<string>>;
  /** Whether nothing is pending, nor left of a crash. */
  isEmpty(): Promise<boolean>;
  /** Entries oldest first; what cannot be read stands among them and hinders none. */
  list(state: SpoolState): Promise<(SpoolEntry | CorruptEntry)[]>;
  /** Ids of the pending entries of one stream, oldest first. */
  pendingOf(stream: string): Promise<string[]>;
  /** Undefined when there is no such entry in that state. */
  read(state: SpoolState, id: string): Promise<SpoolEntry | CorruptEntry | undefined>;
  /** False when there was none. */
  remove(state: SpoolState, id: string): Promise<boolean>;
  /** Replaces attempts and last error of a pending entry, atomically. False when it is gone. */
  update(id: string, change: Pick<SpoolEntry, "attempts" | "lastError">): Promise<boolean>;
  /** Moves a pending entry to `dead`, with the vendor's reason. */
  bury(id: string, error: SpoolError): Promise<boolean>;
  /** Moves a dead entry back to `pending`, at its old place in the order. */
  retry(id: string): Promise<boolean>;
  /** Whether there is anything for `recover` to look at: in `tmp`, or in the hands of another process. */
  mayNeedRecovery(): Promise<boolean>;
  /** Looks for what killed processes were at: it becomes pending, as a corrupt entry where it is not whole. */
  recover(): Promise<Recovery>;
  /** Keeps other processes from delivering what `name` stands for: a stream, or `flush`. See `lock`. */
  lock(name: string, options: LockOptions): Promise<(() => Promise<void>) | null>;
}

/** A long spool must not open all of its files together. */
const readsAtOnce = 64;

export interface SpoolConfig {
  /** `<state>/spool`; made when it is needed. */
  dir: string;
  now(): Date;
}

/** Opens the spool in `dir`. Nothing is made on disk before the first write. */
export function createSpool({ dir, now }: SpoolConfig): Spool {
  const tmp = join(dir, "tmp");
  const pending = join(dir, "pending");
  const batches = createBatches({ tmp, pending });
  const locks = join(dir, "locks");
  let ready: Promise<void> | undefined;
  let last: Place | undefined;

  /** Makes the folders once; after a failure the next write tries again. */
  function prepare(): Promise<void> {
    ready ??= makeFolders([dir, tmp, pending, join(dir, "dead"), locks]).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  /**
   * The first of `count` next places in the order. The names on disk are looked at when this process has issued none yet,
   * and when the clock stands still or went back: a later event must sort behind whatever is there.
   */
  async function nextPlaces(count: number): Promise<Place> {
    const time = now().getTime();
    if (last === undefined || time <= last.time) {
      for (const name of await namesIn(pending)) {
        const place = lastPlaceIn(name);
        if (place !== undefined && isLater(place, last)) last = place;
      }
    }
    const first =
      last === undefined || time > last.time
        ? { time, sequence: 0 }
        : last.sequence + count <= 999_999
          ? { time: last.time, sequence: last.sequence + 1 }
          : { time: last.time + 1, sequence: 0 };
    last = { time: first.time, sequence: first.sequence + count - 1 };
    return first;
  }

  /** Adds take their places one after the other, so that two at once do not both read the same last one. */
  let turn: Promise<unknown> = Promise.resolve();
  function takePlaces(count: number): Promise<Place> {
    const mine = turn.then(() => nextPlaces(count));
    turn = mine.catch(() => {});
    return mine;
  }

  function toEntry({ provider, profile, baseUrl, event }: NewEntry, id: string, createdAt: string): SpoolEntry {
    return { version: 1, id, createdAt, provider, profile, baseUrl, event, attempts: 0, lastError: null };
  }

  function fileOf(state: SpoolState, id: string): string | undefined {
    // An id comes from the command line; it names a file of this folder, and nothing outside.
    if (!/^[^/\\]+$/.test(id) || id === "." || id === "..") return undefined;
    return join(dir, state, parseId(id) === undefined ? id : `${id}.json`);
  }

  async function readEntry(state: SpoolState, id: string): Promise<SpoolEntry | CorruptEntry | undefined> {
    const file = fileOf(state, id);
    if (file === undefined) return undefined;
    try {
      return parseEntry(id, await readFile(file, "utf8"));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return state === "pending" ? batches.find(id) : undefined;
      return { id, corrupt: `the file cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  /** Ids whose files hold an entry. What cannot be read is never delivered, so nothing may wait for it. */
  async function readableOf(ids: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (let start = 0; start < ids.length; start += readsAtOnce) {
      const some = ids.slice(start, start + readsAtOnce);
      const are = await Promise.all(some.map((id) => isReadable(id)));
      found.push(...some.filter((_, index) => are[index]));
    }
    return found;
  }

  /** Looked at once: a file that holds an entry is only ever replaced by one that does. */
  const readable = new Map<string, Promise<boolean>>();
  function isReadable(id: string): Promise<boolean> {
    const known =
      readable.get(id) ?? readEntry("pending", id).then((entry) => entry !== undefined && !isCorrupt(entry));
    readable.set(id, known);
    return known;
  }

  async function move(id: string, from: SpoolState, to: SpoolState): Promise<boolean> {
    const [source, target] = [fileOf(from, id), fileOf(to, id)];
    if (source === undefined || target === undefined) return false;
    await prepare();
    try {
      await rename(source, target);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
    await syncFolder(dirname(target));
    await syncFolder(dirname(source));
    return true;
  }

  async function update(id: string, change: Pick<SpoolEntry, "attempts" | "lastError">): Promise<boolean> {
    const [entry, file] = [await readEntry("pending", id), fileOf("pending", id)];
    if (entry === undefined || file === undefined || isCorrupt(entry)) return false;
    if (!(await exists(file))) return batches.update(id, change);
    const draft = join(tmp, `${id}.${ownerTag()}.update`);
    await writeDurably(draft, JSON.stringify({ ...entry, ...change }));
    // Purged meanwhile: it must not come back.
    if (!(await exists(file))) {
      await unlinkIfThere(draft);
      return false;
    }
    await rename(draft, file);
    return true;
  }

  /** Dead entries have files of their own: nobody delivers them together. */
  async function buryFromBatch(entry: SpoolEntry): Promise<boolean> {
    await prepare();
    const draft = join(tmp, `${entry.id}.${ownerTag()}.update`);
    await writeDurably(draft, JSON.stringify(entry));
    await rename(draft, join(dir, "dead", `${entry.id}.json`));
    await syncFolder(join(dir, "dead"));
    return batches.settle(entry.id);
  }

  return {
    dir,
    async add(given) {
      await prepare();
      const place = await takePlaces(1);
      const id = formatId({ ...place, stream: streamOf(given) }, randomDigits());
      const entry = toEntry(given, id, now().toISOString());
      const draft = join(tmp, `${id}.${ownerTag()}.add`);
      const file = join(pending, `${id}.json`);
      try {
        await writeDurably(draft, JSON.stringify(entry));
        // One step, so that no copy stays in `tmp` which a later recovery would take for an event never sent.
        await rename(draft, file);
        await syncFolder(pending);
      } catch (error) {
        await Promise.allSettled([unlinkIfThere(draft), unlinkIfThere(file)]);
        throw error;
      }
      return entry;
    },
    async addBatch(given) {
      await prepare();
      const { time, sequence } = await takePlaces(given.length);
      const random = randomDigits();
      const createdAt = now().toISOString();
      const entries = given.map((one, index) => {
        const id = formatId({ time, sequence: sequence + index, stream: streamOf(one) }, random);
        return toEntry(one, id, createdAt);
      });
      return batches.write(entries, random);
    },
    async heldIds() {
      const held = (await namesIn(pending)).filter((file) => parseBatchName(file)?.owner !== undefined);
      return new Set(held.length === 0 ? [] : (await batches.entries(held)).map((entry) => entry.id));
    },
    async streamsBefore(id) {
      const files = (await namesIn(pending)).filter((file) => file < id && parseBatchName(file)?.owner !== ownerTag());
      const older = files.filter((file) => !isBatchFile(file)).map(idOf);
      const ids = await readableOf(older.filter((one) => one < id && parseId(one) !== undefined));
      for (const entry of await batches.entries(files)) if (entry.id < id) ids.push(entry.id);
      return new Set(ids.flatMap((one) => parseId(one)?.stream ?? []));
    },
    async isEmpty() {
      const [left, waiting] = await Promise.all([namesIn(tmp), namesIn(pending)]);
      return left.length === 0 && waiting.length === 0;
    },
    async list(state) {
      const files = await namesIn(join(dir, state));
      const ids = files.filter((file) => !isBatchFile(file)).map(idOf);
      const entries = state === "pending" ? await batches.entries(files) : [];
      const batched = entries.length;
      for (let start = 0; start < ids.length; start += readsAtOnce) {
        const some = await Promise.all(ids.slice(start, start + readsAtOnce).map((id) => readEntry(state, id)));
        // Gone in between: another process has delivered it.
        for (const entry of some) if (entry !== undefined) entries.push(entry);
      }
      return batched === 0 ? entries : entries.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async pendingOf(stream) {
      const files = await namesIn(pending);
      const ids = files.filter((file) => !isBatchFile(file)).map(idOf);
      for (const { id } of await batches.entries(files)) ids.push(id);
      return ids.filter((id) => parseId(id)?.stream === stream).sort();
    },
    read: readEntry,
    async remove(state, id) {
      const file = fileOf(state, id);
      // Not synced: should a power cut bring it back, it is sent once more under the same dedup key.
      if (file === undefined) return false;
      return (await unlinkIfThere(file)) || (state === "pending" && (await batches.settle(id)));
    },
    update,
    async bury(id, error) {
      const entry = await readEntry("pending", id);
      if (entry === undefined) return false;
      if (isCorrupt(entry)) return move(id, "pending", "dead");
      const tried = { attempts: entry.attempts + 1, lastError: error };
      if (await batches.find(id)) return buryFromBatch({ ...entry, ...tried });
      // A full disk costs the reason: to move a file it is room enough.
      await update(id, tried).catch(() => false);
      return move(id, "pending", "dead");
    },
    retry: (id) => move(id, "dead", "pending"),
    async mayNeedRecovery() {
      const [left, waiting] = await Promise.all([namesIn(tmp), namesIn(pending)]);
      return left.length > 0 || waiting.some((file) => (parseBatchName(file)?.owner ?? ownerTag()) !== ownerTag());
    },
    async recover() {
      const recovery = await batches.recover();
      await removeStaleGuards(locks);
      for (const name of await namesIn(tmp)) {
        if (isBatchFile(name)) continue;
        const file = join(tmp, name);
        const [, id = "", tag = "", kind] = /^(.+?)\.([0-9a-f-]+)\.(add|update)$/.exec(name) ?? [];
        try {
          if (!isGone(tag, Date.now() - (await stat(file)).mtimeMs)) continue;
          const text = await readFile(file, "utf8");
          // An update is only a newer copy of what is pending, or was.
          if (kind === "update" || text === "") {
            await unlinkIfThere(file);
            if (kind !== "update") recovery.empty += 1;
            continue;
          }
          // Whole or not: where the others wait it is seen, and what cannot be read is in the way of none.
          await rename(file, join(pending, parseId(id) === undefined ? name : `${id}.json`));
          await syncFolder(pending);
          if (!isCorrupt(parseEntry(id, text))) recovery.recovered.push(id);
        } catch (error) {
          // Another process was quicker.
          if (!hasCode(error, "ENOENT")) throw error;
        }
      }
      return recovery;
    },
    async lock(name, options) {
      await prepare();
      return lock(join(locks, name), options);
    },
  };
}

/** 8 hex digits, so that two processes that write at the same moment do not make the same name. */
function randomDigits(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

/** A place in the order of all entries. */
interface Place {
  time: number;
  sequence: number;
}

/** Of an entry, or of the last one of a batch. */
function lastPlaceIn(name: string): Place | undefined {
  const batch = parseBatchName(name);
  return batch === undefined ? parseId(idOf(name)) : { time: batch.time, sequence: batch.sequence + batch.count - 1 };
}

function isLater(place: Place, than: Place | undefined): boolean {
  if (than === undefined) return true;
  return place.time > than.time || (place.time === than.time && place.sequence > than.sequence);
}

/** Names that are not ours keep their suffix, and so never look like an id. */
function idOf(name: string): string {
  const id = name.endsWith(".json") ? name.slice(0, -".json".length) : name;
  return parseId(id) === undefined ? name : id;
}
