import { appendFileSync } from "node:fs";
import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, namesIn, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
import { isGone, ownerTag } from "../disk/owner.ts";
import { type CorruptEntry, isCorrupt, parseEntry, parseId, type Recovery, type SpoolEntry } from "./entry.ts";

/*
 * Many events in one file, so that they share one fsync. The file never changes; what becomes of its entries is
 * appended to a log beside it, and when nothing is left to deliver both are removed.
 *
 *   <time>-<number>+<count>-<random>.<owner>.batch   a process is delivering it
 *   <time>-<number>+<count>-<random>.batch           anybody may
 *   <time>-<number>+<count>-<random>.log             lines {"id", "done"} or {"id", "attempts", "lastError"}
 */

const namePattern = /^((\d{15})-(\d{6})\+(\d{1,6})-[0-9a-f]{8})(?:\.([0-9a-f-]+))?\.batch$/;
const logPattern = /^(\d{15}-\d{6}\+\d{1,6}-[0-9a-f]{8})\.log$/;

/** Marks are written at latest after this long: what a crash forgets is sent twice. */
const markMs = 25;

export interface BatchName {
  /** Name of the file. */
  file: string;
  /** The name without owner and suffix. */
  stem: string;
  time: number;
  /** Of the first entry; the others follow. */
  sequence: number;
  count: number;
  /** Tag of the process that is delivering it; see `ownerTag`. */
  owner: string | undefined;
}

/** Undefined for a name that is not a batch's. */
export function parseBatchName(file: string): BatchName | undefined {
  const [, stem, time, sequence, count, owner] = namePattern.exec(file) ?? [];
  if (stem === undefined) return undefined;
  return { file, stem, time: Number(time), sequence: Number(sequence), count: Number(count), owner };
}

/** Whether a file of `pending` belongs to a batch. */
export function isBatchFile(file: string): boolean {
  return namePattern.test(file) || logPattern.test(file);
}

/** A batch that this process is delivering. */
export interface Batch {
  readonly entries: readonly SpoolEntry[];
  /** Whether every entry is settled. */
  readonly isDone: boolean;
  /** An entry needs no more delivery. On disk a moment later; should it be forgotten, the entry is sent again. */
  settle(id: string): void;
  /** Writes at once what `settle` was told: before a later event of the same key may go out. */
  mark(): void;
  /** Leaves what is not settled to any process that flushes. */
  release(): Promise<void>;
}

/** What the spool does with batches. */
export interface Batches {
  write(entries: SpoolEntry[], random: string): Promise<Batch>;
  /** Entries that are not settled; of all batches in `files`, the names in `pending`. */
  entries(files: readonly string[]): Promise<(SpoolEntry | CorruptEntry)[]>;
  /** The entry, when a batch holds it and it is not settled. */
  find(id: string): Promise<SpoolEntry | CorruptEntry | undefined>;
  /** False when there is no such entry. */
  settle(id: string): Promise<boolean>;
  update(id: string, change: Pick<SpoolEntry, "attempts" | "lastError">): Promise<boolean>;
  /** Frees what killed processes were delivering, and looks at what they were writing. */
  recover(): Promise<Recovery>;
}

type Mark = { id: string; done: true } | ({ id: string } & Pick<SpoolEntry, "attempts" | "lastError">);

interface Loaded {
  entries: Map<string, SpoolEntry | CorruptEntry>;
  /** Bytes of the log that were read. */
  logSize: number;
}

export function createBatches({ tmp, pending }: { tmp: string; pending: string }): Batches {
  const loaded = new Map<string, Promise<Loaded | undefined>>();
  const logOf = (stem: string): string => join(pending, `${stem}.log`);

  /** The file, under its own name or, when its owner has let it go meanwhile, the free one. */
  async function readBatch({ file, stem }: BatchName): Promise<string | undefined> {
    for (const name of [file, `${stem}.batch`]) {
      try {
        return await readFile(join(pending, name), "utf8");
      } catch (error) {
        if (!hasCode(error, "ENOENT")) throw error;
      }
    }
    return undefined;
  }

  /** One and the same object for all who ask: what one of them has settled, the others must not find. */
  async function load(name: BatchName): Promise<Loaded | undefined> {
    const { stem } = name;
    let loading = loaded.get(stem);
    if (loading === undefined) {
      loading = readBatch(name).then((text) =>
        text === undefined ? undefined : { entries: parseBatch(name, text), logSize: 0 },
      );
      loaded.set(stem, loading);
    }
    const batch = await loading.catch((error: unknown) => {
      loaded.delete(stem);
      throw error;
    });
    if (batch === undefined) loaded.delete(stem);
    else await readLog(stem, batch);
    return batch;
  }

  /** Applies what was appended to the log since the last look. */
  async function readLog(stem: string, batch: Loaded): Promise<void> {
    try {
      const handle = await open(logOf(stem), "r");
      try {
        const { size } = await handle.stat();
        if (size <= batch.logSize) return;
        const bytes = Buffer.alloc(size - batch.logSize);
        const from = batch.logSize;
        await handle.read(bytes, 0, bytes.length, from);
        // Up to the end of a line: another process may be writing the next.
        const end = bytes.lastIndexOf("\n") + 1;
        batch.logSize = Math.max(batch.logSize, from + end);
        for (const line of bytes.toString("utf8", 0, end).split("\n")) applyMark(batch.entries, line);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  async function removeBatch({ file, stem }: Pick<BatchName, "file" | "stem">): Promise<void> {
    loaded.delete(stem);
    // The log last: without it, entries that are done would seem to wait.
    await unlinkIfThere(join(pending, file));
    await unlinkIfThere(join(pending, `${stem}.batch`));
    await unlinkIfThere(logOf(stem));
  }

  /** What a crash left of batches that are done: logs alone, and free batches without an entry. */
  async function removeRemains(files: string[]): Promise<void> {
    const names = files.flatMap((file) => parseBatchName(file) ?? []);
    const stems = new Set(names.map(({ stem }) => stem));
    const alone = files.filter((file) => logPattern.test(file) && !stems.has(file.slice(0, -".log".length)));
    // Looked for twice: a listing may miss the batch that a process is renaming.
    const still = alone.length === 0 ? [] : await namesIn(pending);
    for (const file of alone) {
      const stem = file.slice(0, -".log".length);
      if (!still.some((name) => parseBatchName(name)?.stem === stem)) await unlinkIfThere(join(pending, file));
    }
    for (const name of names) {
      if (name.owner === undefined && (await load(name))?.entries.size === 0) await removeBatch(name);
    }
  }

  async function holder(id: string): Promise<{ name: BatchName; batch: Loaded } | undefined> {
    for (const file of await namesIn(pending)) {
      const name = parseBatchName(file);
      if (name === undefined || !mayHold(name, id)) continue;
      const batch = await load(name);
      if (batch?.entries.has(id)) return { name, batch };
    }
    return undefined;
  }

  async function write(entries: SpoolEntry[], random: string): Promise<Batch> {
    const [first] = entries;
    const place = first === undefined ? undefined : parseId(first.id);
    if (place === undefined) throw new Error("a batch needs an entry");
    const number = String(place.sequence).padStart(6, "0");
    const stem = `${String(place.time).padStart(15, "0")}-${number}+${entries.length}-${random}`;
    const file = `${stem}.${ownerTag()}.batch`;
    const draft = join(tmp, file);
    try {
      await writeDurably(draft, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      await rename(draft, join(pending, file));
      await syncFolder(pending);
    } catch (error) {
      await Promise.allSettled([unlinkIfThere(draft), unlinkIfThere(join(pending, file))]);
      throw error;
    }
    return ownBatch({ entries, stem, file });
  }

  function ownBatch({ entries, stem, file }: { entries: SpoolEntry[]; stem: string; file: string }): Batch {
    const left = new Set(entries.map(({ id }) => id));
    let marks: string[] = [];
    let timer: NodeJS.Timeout | undefined;
    let removal: Promise<void> | undefined;
    function mark(): void {
      clearTimeout(timer);
      timer = undefined;
      if (marks.length === 0 || removal !== undefined) return;
      const text = marks.map((id) => `\n${JSON.stringify({ id, done: true })}\n`).join("");
      marks = [];
      try {
        // One write to the end of the file, which survives the end of this process.
        appendFileSync(logOf(stem), text, { mode: 0o600 });
      } catch {
        // A full disk: what is forgotten is sent again, which its dedup key allows.
      }
    }
    return {
      entries,
      get isDone() {
        return left.size === 0;
      },
      settle(id) {
        if (!left.delete(id)) return;
        marks.push(id);
        if (left.size === 0) {
          // A crash may come before the file is gone.
          mark();
          removal = removeBatch({ file, stem });
          // Told of by `release`.
          removal.catch(() => {});
        } else timer ??= setTimeout(mark, markMs);
      },
      mark,
      async release() {
        if (removal !== undefined) return removal;
        mark();
        await rename(join(pending, file), join(pending, `${stem}.batch`));
      },
    };
  }

  return {
    write,
    async entries(files) {
      const found: (SpoolEntry | CorruptEntry)[] = [];
      for (const file of files) {
        const name = parseBatchName(file);
        const batch = name && (await load(name));
        if (batch !== undefined) found.push(...batch.entries.values());
      }
      return found;
    },
    async find(id) {
      return (await holder(id))?.batch.entries.get(id);
    },
    async settle(id) {
      const held = await holder(id);
      if (held === undefined) return false;
      const { name, batch } = held;
      // At once: of two that are settled together, one must see that it is the last.
      if (!batch.entries.delete(id)) return false;
      try {
        append(logOf(name.stem), { id, done: true });
      } catch {
        // As in `mark`. Were this to stop a flush, a full disk would have it send the same event for ever.
      }
      if (batch.entries.size === 0) await removeBatch(name);
      return true;
    },
    async update(id, change) {
      const held = await holder(id);
      if (held === undefined) return false;
      append(logOf(held.name.stem), { id, attempts: change.attempts, lastError: change.lastError });
      return true;
    },
    async recover() {
      const recovery: Recovery = { recovered: [], empty: 0 };
      for (const [folder, files] of [
        [tmp, await namesIn(tmp)],
        [pending, await namesIn(pending)],
      ] as const) {
        for (const file of files) {
          const name = parseBatchName(file);
          if (name?.owner === undefined) continue;
          try {
            const { mtimeMs, size } = await stat(join(folder, file));
            if (!isGone(name.owner, Date.now() - mtimeMs)) continue;
            if (size === 0) {
              await unlinkIfThere(join(folder, file));
              recovery.empty += 1;
              continue;
            }
            const free = { ...name, file: `${name.stem}.batch`, owner: undefined };
            await rename(join(folder, file), join(pending, free.file));
            await syncFolder(pending);
            recovery.recovered.push(...((await load(free))?.entries.keys() ?? []));
          } catch (error) {
            // Another process was quicker.
            if (!hasCode(error, "ENOENT")) throw error;
          }
        }
      }
      await removeRemains(await namesIn(pending));
      return recovery;
    },
  };
}

/** The entries of a batch by id. A line that cannot be read is an entry of its own, so that it can be told of and purged. */
function parseBatch({ stem }: BatchName, text: string): Map<string, SpoolEntry | CorruptEntry> {
  const entries = new Map<string, SpoolEntry | CorruptEntry>();
  const lines = text.split("\n");
  // What follows the last newline is the rest of a write that was cut off.
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const unreadable = `${stem}.batch#${index + 1}`;
    const id = idIn(line) ?? unreadable;
    const entry = parseEntry(id, line);
    if (isCorrupt(entry)) entries.set(unreadable, { ...entry, id: unreadable });
    else entries.set(id, entry);
  }
  return entries;
}

function idIn(line: string): string | undefined {
  const id = /"id":"([^"]+)"/.exec(line)?.[1];
  return id !== undefined && parseId(id) !== undefined ? id : undefined;
}

/** A line that a crash has cut off says nothing. */
function applyMark(entries: Map<string, SpoolEntry | CorruptEntry>, line: string): void {
  if (line === "") return;
  let mark: Partial<Mark> | null;
  try {
    mark = JSON.parse(line) as Partial<Mark> | null;
  } catch {
    return;
  }
  if (typeof mark?.id !== "string") return;
  const entry = entries.get(mark.id);
  if ("done" in mark) entries.delete(mark.id);
  else if (entry !== undefined && !isCorrupt(entry) && "attempts" in mark) {
    entries.set(mark.id, { ...entry, attempts: Number(mark.attempts), lastError: mark.lastError ?? null });
  }
}

/**
 * Each mark begins on a line of its own, whatever a crash has left before it. At once, so that none comes after the last,
 * which removes the log.
 */
function append(log: string, mark: Mark): void {
  appendFileSync(log, `\n${JSON.stringify(mark)}\n`, { mode: 0o600 });
}

function mayHold(name: BatchName, id: string): boolean {
  if (id.startsWith(`${name.stem}.batch#`)) return true;
  const place = parseId(id);
  if (place === undefined || place.time !== name.time) return false;
  return place.sequence >= name.sequence && place.sequence < name.sequence + name.count;
}
