import { namesIn } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { isBatchFile, parseBatchName } from "./batch-format.ts";
import type { Batches } from "./batches.ts";
import { type CorruptEntry, isCorrupt, type SpoolEntry, streamIn } from "./entry.ts";
import { type EntryFiles, idOf, idsIn } from "./entry-files.ts";
import type { SpoolState } from "./folders.ts";
import type { Pending } from "./pending.ts";

/** Number of entries that are read before they are handed on: a long spool does not fit in memory. */
const pageSize = 256;

interface Listed {
  pending: Pending;
  dead: string;
}

/** Lists the entries of a spool. Names of files show stream and order; a file is read where its content is needed. */
export class Listing {
  readonly #folders: Listed;
  readonly #files: EntryFiles;
  readonly #batches: Batches;
  /** Checked once: a file that holds an entry is only replaced by one that does. */
  readonly #readable = new Map<string, boolean>();

  constructor(folders: Listed, files: EntryFiles, batches: Batches) {
    this.#folders = folders;
    this.#files = files;
    this.#batches = batches;
  }

  /** Entries oldest first, page by page; what cannot be read stands among them. */
  *pages(state: SpoolState): Iterable<(SpoolEntry | CorruptEntry)[]> {
    let page: (SpoolEntry | CorruptEntry)[] = [];
    for (const file of this.#names(state)) {
      if (isBatchFile(file)) page.push(...this.#batches.entries(state === "pending" ? [file] : []));
      else {
        const entry = this.#files.read(state, idOf(file));
        // Gone in between: another process has delivered it.
        if (entry !== undefined) page.push(entry);
      }
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  /** Ids of all entries, oldest first; only batches are read. */
  ids(state: SpoolState): string[] {
    const files = this.#names(state);
    const batched = state === "pending" ? [...this.#batches.entries(files)].map(({ id }) => id) : [];
    const single = idsIn(files);
    return batched.length === 0 ? single : [...batched, ...single].sort();
  }

  /** Ids of the pending entries of one stream, oldest first. */
  idsOf(stream: string): string[] {
    const ids: string[] = [];
    const batches: string[] = [];
    for (const file of this.#folders.pending.of([stream])) {
      if (isBatchFile(file)) batches.push(file);
      else if (file.includes(stream)) ids.push(idOf(file));
    }
    ids.push(...this.#batches.idsAmong(batches, new Set([stream])));
    return ids.filter((id) => streamIn(id) === stream).sort();
  }

  /** Ids of pending entries that stand in batches which a process is delivering. */
  heldIds(): Set<string> {
    const held = this.#folders.pending.read().names.filter((file) => parseBatchName(file)?.owner !== undefined);
    return new Set([...this.#batches.entries(held)].map(({ id }) => id));
  }

  /** Those of `streams` with pending entries older than `id`; batches of this process, and what cannot be read, left out. */
  streamsBefore(id: string, streams: ReadonlySet<string>): Set<string> {
    const older = this.#folders.pending.of(streams).filter((file) => file < id);
    const foreign = older.filter((file) => parseBatchName(file)?.owner !== ownerTag());
    const found = new Set(
      this.#batches
        .idsAmong(foreign, streams)
        .filter((other) => other < id)
        .map((other) => streamIn(other) ?? ""),
    );
    for (const other of idsIn(older)) {
      const stream = streamIn(other) ?? "";
      // An unreadable entry is never delivered, so no other entry may wait for it.
      if (streams.has(stream) && !found.has(stream) && this.#isReadable(other)) found.add(stream);
    }
    return found;
  }

  #names(state: SpoolState): string[] {
    return state === "dead" ? namesIn(this.#folders.dead) : this.#folders.pending.all();
  }

  #isReadable(id: string): boolean {
    let known = this.#readable.get(id);
    if (known === undefined) {
      const entry = this.#files.read("pending", id);
      known = entry !== undefined && !isCorrupt(entry);
      this.#readable.set(id, known);
    }
    return known;
  }
}
