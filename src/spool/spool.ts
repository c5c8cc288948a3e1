import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type CorruptEntry,
  formatId,
  isCorrupt,
  type NewEntry,
  parseEntry,
  parseId,
  type SpoolEntry,
  type SpoolError,
  streamOf,
} from "./entry.ts";
import { hasCode, type LockOptions, lock } from "./lock.ts";
import { isGone, ownerTag } from "./owner.ts";

export type { CorruptEntry, NewEntry, SpoolEntry, SpoolError } from "./entry.ts";
export { isCorrupt, streamOf } from "./entry.ts";

/** `pending` waits for delivery, `dead` was refused by the vendor. */
export type SpoolState = "pending" | "dead";

/** What was found in `tmp`, where only a crash leaves anything. */
export interface Recovery {
  /** Ids that are pending again. */
  recovered: string[];
  /** Left where they are, since the event in them is not whole. */
  damaged: CorruptEntry[];
}

/** A durable queue of events: a directory with one JSON file for each, names sorting oldest first. */
export interface Spool {
  readonly dir: string;
  /**
   * Resolves once the event would survive a power cut. Never waits for a delivery.
   *
   * @throws the file system's error when it cannot be written; nothing is left pending then
   */
  add(entry: NewEntry): Promise<SpoolEntry>;
  /** Entries oldest first; what cannot be read stands among them and hinders none. */
  list(state: SpoolState): Promise<(SpoolEntry | CorruptEntry)[]>;
  /** Ids of the pending entries of one stream, oldest first, without reading any. */
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
  /** Looks through `tmp`: whole events become pending, others are reported and kept. */
  recover(): Promise<Recovery>;
  /** Removes a damaged file that `recover` told of. */
  removeDamaged(id: string): Promise<boolean>;
  /** Keeps other processes from delivering what `name` stands for: a stream, or `flush`. See `lock`. */
  lock(name: string, options: LockOptions): Promise<(() => Promise<void>) | null>;
}

export interface SpoolConfig {
  /** `<state>/spool`; made when it is needed. */
  dir: string;
  now(): Date;
}

/** Opens the spool in `dir`. Nothing is made on disk before the first write. */
export function createSpool({ dir, now }: SpoolConfig): Spool {
  const tmp = join(dir, "tmp");
  const locks = join(dir, "locks");
  let ready: Promise<void> | undefined;
  let last: { time: number; sequence: number } | undefined;

  /** Makes the folders once; after a failure the next write tries again. */
  function prepare(): Promise<void> {
    ready ??= makeFolders([dir, tmp, join(dir, "pending"), join(dir, "dead"), locks]).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  /**
   * The next place in the order. The names on disk are looked at when this process has issued none yet, and when the
   * clock stands still or went back: a later event must sort behind whatever is there.
   */
  async function nextPlace(): Promise<{ time: number; sequence: number }> {
    const time = now().getTime();
    if (last === undefined || time <= last.time) {
      for (const name of await namesIn(join(dir, "pending"))) {
        const parts = parseId(idOf(name));
        if (parts !== undefined && isLater(parts, last)) last = { time: parts.time, sequence: parts.sequence };
      }
    }
    last =
      last === undefined || time > last.time
        ? { time, sequence: 0 }
        : last.sequence < 999_999
          ? { time: last.time, sequence: last.sequence + 1 }
          : { time: last.time + 1, sequence: 0 };
    return last;
  }

  /** Adds take their places one after the other, so that two at once do not both read the same last one. */
  let turn: Promise<unknown> = Promise.resolve();
  function takePlace(): Promise<{ time: number; sequence: number }> {
    const mine = turn.then(nextPlace);
    turn = mine.catch(() => {});
    return mine;
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
      if (hasCode(error, "ENOENT")) return undefined;
      return { id, corrupt: `the file cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
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

  return {
    dir,
    async add(given) {
      await prepare();
      const { time, sequence } = await takePlace();
      const id = formatId({ time, sequence, stream: streamOf(given) }, randomBytes(4).toString("hex"));
      const { provider, profile, baseUrl, event } = given;
      const createdAt = now().toISOString();
      const entry = {
        version: 1,
        id,
        createdAt,
        provider,
        profile,
        baseUrl,
        event,
        attempts: 0,
        lastError: null,
      } as const;
      const draft = join(tmp, `${id}.${ownerTag()}.add`);
      const file = join(dir, "pending", `${id}.json`);
      try {
        await writeDurably(draft, JSON.stringify(entry));
        // One step, so that no copy stays in `tmp` which a later recovery would take for an event never sent.
        await rename(draft, file);
        await syncFolder(dirname(file));
      } catch (error) {
        await Promise.allSettled([unlinkIfThere(draft), unlinkIfThere(file)]);
        throw error;
      }
      return entry;
    },
    async list(state) {
      const ids = (await namesIn(join(dir, state))).map(idOf);
      const entries: (SpoolEntry | CorruptEntry)[] = [];
      for (let start = 0; start < ids.length; start += 64) {
        const some = await Promise.all(ids.slice(start, start + 64).map((id) => readEntry(state, id)));
        // Gone in between: another process has delivered it.
        for (const entry of some) if (entry !== undefined) entries.push(entry);
      }
      return entries;
    },
    async pendingOf(stream) {
      return (await namesIn(join(dir, "pending"))).map(idOf).filter((id) => parseId(id)?.stream === stream);
    },
    read: readEntry,
    async remove(state, id) {
      const file = fileOf(state, id);
      // Not synced: should a power cut bring it back, it is sent once more under the same dedup key.
      return file !== undefined && unlinkIfThere(file);
    },
    update,
    async bury(id, error) {
      const entry = await readEntry("pending", id);
      if (entry === undefined) return false;
      if (!isCorrupt(entry)) await update(id, { attempts: entry.attempts + 1, lastError: error });
      return move(id, "pending", "dead");
    },
    retry: (id) => move(id, "dead", "pending"),
    async recover() {
      const recovery: Recovery = { recovered: [], damaged: [] };
      for (const name of await namesIn(tmp)) {
        const file = join(tmp, name);
        const [, id = "", tag = "", kind] = /^(.+?)\.([0-9a-f-]+)\.(add|update)$/.exec(name) ?? [];
        try {
          if (!isGone(tag, Date.now() - (await stat(file)).mtimeMs)) continue;
          // An update is only a newer copy of what is pending, or was.
          if (kind === "update") {
            await unlinkIfThere(file);
            continue;
          }
          const entry = parseEntry(id, await readFile(file, "utf8"));
          if (parseId(id) === undefined || isCorrupt(entry)) {
            const corrupt = isCorrupt(entry) ? entry.corrupt : "the file's name is not one of ours";
            recovery.damaged.push({ id: name, corrupt });
            continue;
          }
          await rename(file, join(dir, "pending", `${id}.json`));
          await syncFolder(join(dir, "pending"));
          recovery.recovered.push(id);
        } catch (error) {
          // Another process was quicker.
          if (!hasCode(error, "ENOENT")) throw error;
        }
      }
      return recovery;
    },
    async removeDamaged(id) {
      return /^[^/\\]+$/.test(id) && id !== "." && id !== ".." && unlinkIfThere(join(tmp, id));
    },
    async lock(name, options) {
      await prepare();
      return lock(join(locks, name), options);
    },
  };
}

function isLater(
  place: { time: number; sequence: number },
  than: { time: number; sequence: number } | undefined,
): boolean {
  if (than === undefined) return true;
  return place.time > than.time || (place.time === than.time && place.sequence > than.sequence);
}

/** Names that are not ours keep their suffix, and so never look like an id. */
function idOf(name: string): string {
  const id = name.endsWith(".json") ? name.slice(0, -".json".length) : name;
  return parseId(id) === undefined ? name : id;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

async function makeFolders(folders: string[]): Promise<void> {
  for (const folder of folders) {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) {
      const { mode } = await stat(folder);
      if ((mode & 0o077) !== 0) await chmod(folder, 0o700);
      continue;
    }
    // A new folder is durable once the folder that names it is.
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can neither open nor sync a folder, and some network disks refuse it; the rename is then all there is.
  const cannot = ["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EACCES"];
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!cannot.some((code) => hasCode(error, code))) throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

async function unlinkIfThere(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
