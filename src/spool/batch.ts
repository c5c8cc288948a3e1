import { appendFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { encodeMark } from "./batch-format.ts";
import type { SpoolEntry } from "./entry.ts";

/** Marks are written at latest after this long: what a crash forgets is sent twice. */
const markMs = 25;

export interface BatchFiles {
  /** Folder of the other three. */
  folder: string;
  /** Under the name of its owner. */
  owned: string;
  /** Under the name that any process may deliver. */
  free: string;
  log: string;
}

/** A batch that this process is delivering. */
export class Batch {
  readonly entries: readonly SpoolEntry[];
  readonly #files: BatchFiles;
  readonly #remove: () => void;
  readonly #left: Set<string>;
  #unwritten: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isRemoved = false;

  /** `remove` takes batch and log off the disk. */
  constructor(entries: readonly SpoolEntry[], files: BatchFiles, remove: () => void) {
    this.entries = entries;
    this.#files = files;
    this.#remove = remove;
    this.#left = new Set(entries.map(({ id }) => id));
  }

  /** Whether every entry is finished. */
  get isFinished(): boolean {
    return this.#left.size === 0;
  }

  /** An entry needs no more delivery. On disk a moment later; should it be forgotten, the entry is sent again. */
  finish(id: string): void {
    if (!this.#left.delete(id)) return;
    this.#unwritten.push(id);
    if (!this.isFinished) {
      this.#timer ??= setTimeout(() => this.writeMarks(), markMs);
      return;
    }
    // A crash may come before the file is gone.
    this.writeMarks();
    this.#isRemoved = true;
    try {
      this.#remove();
    } catch {
      // A file that stays has nothing left to deliver.
    }
  }

  /** Writes at once what is finished: before a later event of the same key may go out. */
  writeMarks(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unwritten.length === 0 || this.#isRemoved) return;
    const text = this.#unwritten.map((id) => encodeMark({ id, done: true })).join("");
    this.#unwritten = [];
    try {
      // One write to the end of the file, which survives the end of this process.
      appendFileSync(join(this.#files.folder, this.#files.log), text, { mode: 0o600 });
    } catch {
      // A full disk: what is forgotten is sent again, which its dedup key allows.
    }
  }

  /** Leaves what is not finished to any process that flushes. */
  release(): void {
    if (this.#isRemoved) return;
    this.writeMarks();
    const { folder, owned, free } = this.#files;
    renameSync(join(folder, owned), join(folder, free));
  }
}
