import { readFileSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { exists, hasCode, removeQuietly, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { type Attempt, isBatchFile } from "./batch-format.ts";
import { type CorruptEntry, isId, parseEntry, type SpoolEntry, streamIn } from "./entry.ts";
import type { Folders, SpoolState } from "./folders.ts";
import { isPart, type Pending } from "./pending.ts";

/** The entries of a spool that have a file of their own. */
export class EntryFiles {
  readonly #folders: Folders;
  readonly #pending: Pending;

  constructor(folders: Folders, pending: Pending) {
    this.#folders = folders;
    this.#pending = pending;
  }

  /** Writes a pending entry durably. @throws the file system's error; nothing is left pending then */
  async add(entry: SpoolEntry): Promise<void> {
    const draft = this.#draft(entry.id, "add");
    try {
      await writeDurably(draft, JSON.stringify(entry));
      // One step, so that no copy stays in `tmp` which a later recovery would take for an event never sent.
      await this.#pending.take(draft, entry.id);
    } catch (error) {
      removeQuietly(draft);
      removeQuietly(this.#pending.fileOf(`${entry.id}.json`, streamIn(entry.id)));
      throw error;
    }
  }

  /** Writes a dead entry durably. */
  async addDead(entry: SpoolEntry): Promise<void> {
    const draft = this.#draft(entry.id, "update");
    await writeDurably(draft, JSON.stringify(entry));
    renameSync(draft, join(this.#folders.dead, `${entry.id}.json`));
    await syncFolder(this.#folders.dead);
  }

  /** Undefined if the file is not found. */
  read(state: SpoolState, id: string): SpoolEntry | CorruptEntry | undefined {
    if (state === "pending" && isPart(id)) {
      const why = this.#pending.whyUnreadable(id);
      return why === undefined ? undefined : { id, corrupt: `the folder cannot be read: ${why}` };
    }
    const file = this.#fileOf(state, id);
    if (file === undefined) return undefined;
    try {
      return parseEntry(id, readFileSync(file, "utf8"));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      return { id, corrupt: `the file cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  /** Whether the entry has a file of its own in this state. */
  has(state: SpoolState, id: string): boolean {
    const file = this.#fileOf(state, id);
    return file !== undefined && exists(file);
  }

  /** Replaces a pending entry, atomically. False when its file is gone. */
  async update(entry: SpoolEntry, change: Attempt): Promise<boolean> {
    const file = this.#fileOf("pending", entry.id);
    if (file === undefined) return false;
    const draft = this.#draft(entry.id, "update");
    await writeDurably(draft, JSON.stringify({ ...entry, ...change }));
    // Purged meanwhile: it must not come back.
    if (!exists(file)) {
      unlinkIfThere(draft);
      return false;
    }
    renameSync(draft, file);
    return true;
  }

  /** Moves a pending entry to the dead ones. False if it was not found. */
  bury(id: string): Promise<boolean> {
    return this.#move(id, "pending", async (source) => {
      const target = join(this.#folders.dead, basename(source));
      renameSync(source, target);
      await syncFolder(this.#folders.dead);
    });
  }

  /** Moves a dead entry to the pending ones. False if it was not found. */
  retry(id: string): Promise<boolean> {
    return this.#move(id, "dead", (source) => this.#pending.take(source, id));
  }

  async #move(id: string, from: SpoolState, move: (source: string) => Promise<void>): Promise<boolean> {
    const source = this.#fileOf(from, id);
    if (source === undefined) return false;
    try {
      await move(source);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
    await syncFolder(dirname(source));
    return true;
  }

  /** False if it was not found. */
  remove(state: SpoolState, id: string): boolean {
    const file = this.#fileOf(state, id);
    // Not synced: should a power cut bring it back, it is sent once more under the same dedup key.
    return file !== undefined && unlinkIfThere(file);
  }

  #draft(id: string, kind: "add" | "update"): string {
    return join(this.#folders.tmp, `${id}.${ownerTag()}.${kind}`);
  }

  #fileOf(state: SpoolState, id: string): string | undefined {
    // An id comes from the command line; it names a file of this folder, and nothing outside.
    if (!/^[^/\\]+$/.test(id) || id === "." || id === "..") return undefined;
    if (state === "pending" && isPart(id)) return undefined;
    const stream = streamIn(id);
    const name = stream === undefined ? id : `${id}.json`;
    return state === "dead" ? join(this.#folders.dead, name) : this.#pending.fileOf(name, stream);
  }
}

/** Names that are not ours keep their suffix, and so never look like an id. */
export function idOf(name: string): string {
  const id = name.endsWith(".json") ? name.slice(0, -".json".length) : name;
  return isId(id) ? id : name;
}

/** Ids of the entries that have a file of their own, among the names in a folder. */
export function idsIn(files: readonly string[]): string[] {
  return files.filter((file) => !isBatchFile(file)).map(idOf);
}
