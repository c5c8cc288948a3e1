import { namesIn } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { parseBatchName } from "./batch-format.ts";
import type { Batches } from "./batches.ts";
import { type CorruptEntry, isCorrupt, parseId, type SpoolEntry } from "./entry.ts";
import { type EntryFiles, idsIn } from "./entry-files.ts";
import type { Folders, SpoolState } from "./folders.ts";

/** A long spool must not open all of its files together. */
const maxOpenFiles = 64;

/** Lists the entries of a spool. */
export class Listing {
  readonly #folders: Folders;
  readonly #files: EntryFiles;
  readonly #batches: Batches;
  /** Checked once: a file that holds an entry is only replaced by one that does. */
  readonly #readable = new Map<string, Promise<boolean>>();

  constructor(folders: Folders, files: EntryFiles, batches: Batches) {
    this.#folders = folders;
    this.#files = files;
    this.#batches = batches;
  }

  /** Entries oldest first; what cannot be read stands among them. */
  async entries(state: SpoolState): Promise<(SpoolEntry | CorruptEntry)[]> {
    const files = await namesIn(this.#folders[state]);
    const batched = state === "pending" ? await this.#batches.entries(files) : [];
    const single = await inGroups(idsIn(files), (id) => this.#files.read(state, id));
    // Gone in between: another process has delivered it.
    const entries = [...batched, ...single.filter((entry) => entry !== undefined)];
    return batched.length === 0 ? entries : entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Ids of the pending entries of one stream, oldest first. */
  async idsOf(stream: string): Promise<string[]> {
    const files = await namesIn(this.#folders.pending);
    const batched = await this.#batches.entries(files);
    const ids = [...idsIn(files), ...batched.map(({ id }) => id)];
    return ids.filter((id) => parseId(id)?.stream === stream).sort();
  }

  /** Ids of pending entries that stand in batches which a process is delivering. */
  async heldIds(): Promise<Set<string>> {
    const held = (await namesIn(this.#folders.pending)).filter((file) => parseBatchName(file)?.owner !== undefined);
    return new Set((await this.#batches.entries(held)).map(({ id }) => id));
  }

  /** Streams with pending entries older than `id`; those in batches of this process, and what cannot be read, left out. */
  async streamsBefore(id: string): Promise<Set<string>> {
    const files = (await namesIn(this.#folders.pending)).filter(
      (file) => file < id && parseBatchName(file)?.owner !== ownerTag(),
    );
    const older = idsIn(files).filter((other) => other < id && parseId(other) !== undefined);
    // An unreadable entry is never delivered, so no other entry may wait for it.
    const single = await inGroups(older, async (other) => ((await this.#isReadable(other)) ? other : undefined));
    const batched = (await this.#batches.entries(files)).map((entry) => entry.id).filter((other) => other < id);
    return new Set([...single, ...batched].flatMap((other) => parseId(other ?? "")?.stream ?? []));
  }

  #isReadable(id: string): Promise<boolean> {
    const known =
      this.#readable.get(id) ??
      this.#files.read("pending", id).then((entry) => entry !== undefined && !isCorrupt(entry));
    this.#readable.set(id, known);
    return known;
  }
}

/** Results in the order of the ids, few files being open at once. */
async function inGroups<Result>(ids: readonly string[], read: (id: string) => Promise<Result>): Promise<Result[]> {
  const found: Result[] = [];
  for (let start = 0; start < ids.length; start += maxOpenFiles)
    found.push(...(await Promise.all(ids.slice(start, start + maxOpenFiles).map(read))));
  return found;
}
