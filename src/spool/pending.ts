import { mkdirSync, renameSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { exists, hasCode, hasNames, namesIn, syncFolder } from "../disk/files.ts";
import { streamIn } from "./entry.ts";

/*
 * Where the files of pending entries are. The first few hundred are in `pending` itself, beside the batches. Where more wait, the
 * others are in folders below it, by the first two digits of their stream: what waits under one key is found without reading the
 * names of all.
 */

/** Number of entries in `pending` itself from which on new ones go to the folders below it. */
export const mostBeside = 256;

const partPattern = /^[0-9a-f]{2}$/;

/** The folder of pending entries. */
export class Pending {
  readonly folder: string;
  /** Entries in the folder itself, as far as this process has seen. */
  #beside: number | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Names in the folder itself, sorted, and those of the folders below it. */
  read(): { names: string[]; parts: string[] } {
    const parts: string[] = [];
    const names: string[] = [];
    for (const name of namesIn(this.folder)) (partPattern.test(name) ? parts : names).push(name);
    this.#beside = names.length;
    return { names, parts };
  }

  /** Names of all files, sorted. */
  all(): string[] {
    const { names, parts } = this.read();
    if (parts.length === 0) return names;
    for (const part of parts) for (const name of this.namesInPart(part)) names.push(name);
    return names.sort();
  }

  /** Names of all files that may hold entries of these streams, sorted. */
  of(streams: Iterable<string>): string[] {
    const { names, parts } = this.read();
    const wanted = new Set(Array.from(streams, partOf));
    const theirs = parts.filter((part) => wanted.has(part)).flatMap((part) => this.namesInPart(part));
    return theirs.length === 0 ? names : [...names, ...theirs].sort();
  }

  namesInPart(part: string): string[] {
    try {
      return namesIn(join(this.folder, part));
    } catch (error) {
      // Not one of ours.
      if (hasCode(error, "ENOTDIR")) return [];
      throw error;
    }
  }

  /** Whether it holds no file, without reading all names of a long one. */
  isEmpty(): boolean {
    return !hasNames(this.folder, (name) => !partPattern.test(name) || hasNames(join(this.folder, name)));
  }

  /** The file of an entry; where none is found, the one that it would have in the folder itself. */
  fileOf(name: string, stream: string | undefined): string {
    const file = join(this.folder, name);
    if (stream === undefined || exists(file)) return file;
    const other = join(this.folder, partOf(stream), name);
    return exists(other) ? other : file;
  }

  /** Moves a file to where an entry of that id belongs, durably. @throws the file system's error */
  async take(source: string, id: string): Promise<void> {
    const stream = streamIn(id);
    this.#beside ??= this.read().names.length;
    if (stream === undefined || this.#beside < mostBeside) {
      this.#beside += 1;
      await move(source, join(this.folder, stream === undefined ? id : `${id}.json`));
    } else await this.#takeInPart(source, id, join(this.folder, partOf(stream)));
  }

  async #takeInPart(source: string, id: string, part: string): Promise<void> {
    for (;;) {
      // Durable before anything is in it.
      if (mkdirSync(part, { recursive: true, mode: 0o700 }) !== undefined) await syncFolder(this.folder);
      try {
        await move(source, join(part, `${id}.json`));
        return;
      } catch (error) {
        // Removed by another process in between, as it was empty.
        if (!hasCode(error, "ENOENT") || !exists(source) || exists(part)) throw error;
      }
    }
  }

  /** Removes the folders below it that are empty. */
  removeEmptyParts(): void {
    for (const part of this.read().parts) {
      try {
        rmdirSync(join(this.folder, part));
      } catch {
        // It holds entries, or is gone.
      }
    }
  }
}

async function move(source: string, target: string): Promise<void> {
  renameSync(source, target);
  await syncFolder(dirname(target));
}

/** The folder below `pending` for entries of a stream. */
export function partOf(stream: string): string {
  return stream.slice(0, 2);
}
