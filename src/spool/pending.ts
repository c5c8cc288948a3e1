import { opendirSync, renameSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { exists, hasCode, hasNames, namesIn, syncFolder } from "../disk/files.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { streamIn } from "./entry.ts";

/*
 * Where the files of pending entries are. The first few hundred are in `pending` itself, beside the batches. Where more wait, the
 * others are in folders below it, by the first two digits of their stream: what waits under one key is found without reading the
 * names of all.
 */

/** Number of entries in `pending` itself from which on new ones go to the folders below it. */
export const maxBeside = 256;

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
    for (const name of namesIn(this.folder)) (isPart(name) ? parts : names).push(name);
    this.#beside = names.length;
    return { names, parts };
  }

  /** Names of all files, sorted. */
  all(): string[] {
    const { names, parts } = this.read();
    if (parts.length === 0) return names;
    // One that cannot be read stands for what is in it, as an entry that cannot be read.
    for (const part of parts) for (const name of this.namesInPart(part) ?? [part]) names.push(name);
    return names.sort();
  }

  /** Names of all files that may hold entries of these streams, sorted. */
  of(streams: Iterable<string>): string[] {
    const { names, parts } = this.read();
    const wanted = new Set(Array.from(streams, partOf));
    const theirs = parts.filter((part) => wanted.has(part)).flatMap((part) => this.namesInPart(part) ?? []);
    return theirs.length === 0 ? names : [...names, ...theirs].sort();
  }

  /** Undefined where they cannot be read: what is in there is never delivered, so nothing may wait for it. */
  namesInPart(part: string): string[] | undefined {
    try {
      return namesIn(join(this.folder, part));
    } catch (error) {
      if (isClosed(error)) return undefined;
      throw error;
    }
  }

  /** Why a folder below it cannot be read; undefined for one that can be, or is gone. */
  whyUnreadable(part: string): string | undefined {
    try {
      opendirSync(join(this.folder, part)).closeSync();
      return undefined;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      if (error instanceof Error && isClosed(error)) return error.message;
      throw error;
    }
  }

  /** Whether it holds no file, without reading all names of a long one. */
  isEmpty(): boolean {
    return !hasNames(
      this.folder,
      (name) => !isPart(name) || this.whyUnreadable(name) !== undefined || hasNames(join(this.folder, name)),
    );
  }

  /** The file of an entry; where none is found, the one that it would have in the folder itself. */
  fileOf(name: string, stream: string | undefined): string {
    const file = join(this.folder, name);
    if (stream === undefined || exists(file)) return file;
    const other = join(this.folder, partOf(stream), name);
    return isThere(other) ? other : file;
  }

  /** Moves a file to where an entry of that id belongs, durably. @throws the file system's error */
  async take(source: string, id: string): Promise<void> {
    const stream = streamIn(id);
    this.#beside ??= this.read().names.length;
    if (stream === undefined || this.#beside < maxBeside) {
      this.#beside += 1;
      await move(source, join(this.folder, stream === undefined ? id : `${id}.json`));
    } else await this.#takeInPart(source, `${id}.json`, partOf(stream));
  }

  /** A folder that cannot be used is no reason to lose an event: it then goes beside the others. */
  async #takeInPart(source: string, name: string, part: string): Promise<void> {
    const folder = join(this.folder, part);
    for (;;) {
      try {
        // Durable before anything is in it.
        if (makeFolder(folder) !== undefined) await syncFolder(this.folder);
        await move(source, join(folder, name));
        return;
      } catch (error) {
        if (!exists(source)) throw error;
        // Else another process has removed the folder in between, as it was empty.
        if (!hasCode(error, "ENOENT") || exists(folder)) return move(source, join(this.folder, name));
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

/** Whether a file exists, in a folder that may not be one, or of somebody else. */
function isThere(file: string): boolean {
  try {
    return exists(file);
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
}

/** Whether a folder stays closed to this user. Any other error may pass, and then nothing may go out before what is in there. */
function isClosed(error: unknown): boolean {
  return ["ENOTDIR", "EACCES", "EPERM"].some((code) => hasCode(error, code));
}

async function move(source: string, target: string): Promise<void> {
  renameSync(source, target);
  await syncFolder(dirname(target));
}

/** Whether a name in `pending` is that of a folder below it. */
export function isPart(name: string): boolean {
  return partPattern.test(name);
}

/** The folder below `pending` for entries of a stream. */
export function partOf(stream: string): string {
  return stream.slice(0, 2);
}
