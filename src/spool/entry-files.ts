import { readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { exists, hasCode, removeQuietly, syncFolder, unlinkIfThere, writeDurably } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { type Attempt, isBatchFile } from "./batch-format.ts";
import { type CorruptEntry, parseEntry, parseId, type SpoolEntry } from "./entry.ts";
import type { Folders, SpoolState } from "./folders.ts";

/** The entries of a spool that have a file of their own. */
export class EntryFiles {
  readonly #folders: Folders;

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  /** Writes a pending entry durably. @throws the file system's error; nothing is left pending then */
  async add(entry: SpoolEntry): Promise<void> {
    const draft = this.#draft(entry.id, "add");
    const file = join(this.#folders.pending, `${entry.id}.json`);
    try {
      await writeDurably(draft, JSON.stringify(entry));
      // One step, so that no copy stays in `tmp` which a later recovery would take for an event never sent.
      renameSync(draft, file);
      await syncFolder(this.#folders.pending);
    } catch (error) {
      removeQuietly(draft, file);
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

  /** False if it was not found. */
  async move(id: string, from: SpoolState, to: SpoolState): Promise<boolean> {
    const [source, target] = [this.#fileOf(from, id), this.#fileOf(to, id)];
    if (source === undefined || target === undefined) return false;
    try {
      renameSync(source, target);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
    await syncFolder(dirname(target));
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
    return join(this.#folders[state], parseId(id) === undefined ? id : `${id}.json`);
  }
}

/** Names that are not ours keep their suffix, and so never look like an id. */
export function idOf(name: string): string {
  const id = name.endsWith(".json") ? name.slice(0, -".json".length) : name;
  return parseId(id) === undefined ? name : id;
}

/** Ids of the entries that have a file of their own, among the names in a folder. */
export function idsIn(files: readonly string[]): string[] {
  return files.filter((file) => !isBatchFile(file)).map(idOf);
}
