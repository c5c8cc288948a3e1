import {
  chmodSync,
  closeSync,
  fsync,
  opendirSync,
  openSync,
  readdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

/*
 * Calls are synchronous where a disk responds from memory: each would take longer to go to another thread and back. Syncing
 * waits for the disk itself, and lets the program go on meanwhile.
 */

/** Names in a folder, sorted; empty if the folder does not exist. */
export function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    return areSorted(names) ? names : names.filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Whether names come sorted, and none of them is hidden, as they mostly do: in a long folder, sorting them again takes time. */
function areSorted(names: readonly string[]): boolean {
  let last = "";
  for (const name of names) {
    if (name[0] === "." || name < last) return false;
    last = name;
  }
  return true;
}

/** Whether `namesIn` has any that counts, without reading all of a long folder. */
export function hasNames(folder: string, counts: (name: string) => boolean = () => true): boolean {
  try {
    const listing = opendirSync(folder);
    try {
      for (let file = listing.readSync(); file !== null; file = listing.readSync())
        if (!file.name.startsWith(".") && counts(file.name)) return true;
      return false;
    } finally {
      listing.closeSync();
    }
  } catch (error) {
    // With a file in the place of a folder above it, nothing can be in it.
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return false;
    throw error;
  }
}

/** Makes folders that only their owner can enter, durably. */
export async function makeFolders(folders: string[]): Promise<void> {
  if (areThere(folders)) return;
  const named = new Set<string>();
  for (const folder of folders) {
    const first = makeFolder(folder);
    if (first === undefined) {
      const { mode } = statSync(folder);
      if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
      continue;
    }
    for (let made = folder; made.length >= first.length; made = dirname(made)) named.add(dirname(made));
  }
  // A new folder is durable once the folder that names it is.
  await Promise.all(Array.from(named, syncFolder));
}

/** Whether all of these folders exist, and only their owner can enter. */
function areThere(folders: string[]): boolean {
  try {
    const found = folders.map((folder) => statSync(folder));
    return found.every((one) => one.isDirectory() && (one.mode & 0o077) === 0);
  } catch {
    return false;
  }
}

/** Writes a new file that survives a power cut, as soon as its folder is synced too. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    await sync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can neither open nor sync a folder, and some network disks refuse it; the rename is then all there is.
  const cannot = ["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EACCES"];
  try {
    const descriptor = openSync(folder, "r");
    try {
      await sync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!cannot.some((code) => hasCode(error, code))) throw error;
  }
}

function sync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, (error) => (error === null ? resolve() : reject(error))));
}

export function exists(file: string): boolean {
  // Not by `throwIfNoEntry`: since Node 22 that hides a file in the place of a folder, too.
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** False if the file did not exist. */
export function unlinkIfThere(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Removes files as far as that is possible. */
export function removeQuietly(...files: string[]): void {
  for (const file of files) {
    try {
      unlinkIfThere(file);
    } catch {
      // It stays, as the error before it shows.
    }
  }
}

/** Whether an error is the file system's error `code`, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
