import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode, namesIn, unlinkIfThere } from "./files.ts";
import { isGone, ownerTag } from "./owner.ts";

/** A lock that is a file is written right after it is made; one that is still empty after this long was left by a crash. */
const emptyLifeMs = 5000;

const pollMs = 20;

const guardSuffix = ".break";

export interface LockOptions {
  /** How long to wait for another holder; 0 tries once. */
  waitMs: number;
  /** How long the lock of another machine or container counts as held; default: 10 minutes. */
  foreignLifeMs?: number;
  signal?: AbortSignal;
}

/**
 * Takes the lock `file`, which names its holder, and gives the function that lets it go; null
 * when another process holds it for longer than `waitMs`. The lock of a killed process is taken over at once.
 */
export async function lock(
  file: string,
  { waitMs, foreignLifeMs, signal }: LockOptions,
): Promise<(() => Promise<void>) | null> {
  // Not of performance.now(): this comes without loading anything.
  const now = (): number => process.uptime() * 1000;
  const end = now() + waitMs;
  while (true) {
    if (make(file)) return async () => void unlinkIfThere(file);
    if (removeStale(file, foreignLifeMs)) continue;
    if (now() >= end || signal?.aborted === true) return null;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/**
 * A lock is a symbolic link to nothing, named after its holder: one call makes it with the name in it, so that a kill
 * cannot leave a lock with an unknown holder.
 */
function make(file: string): boolean {
  try {
    symlinkSync(ownerTag(), file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    return makeFile(file);
  }
}

/** For systems without symbolic links: some file systems, and most users of Windows. */
function makeFile(file: string): boolean {
  try {
    const descriptor = openSync(file, "wx", 0o600);
    try {
      writeFileSync(descriptor, ownerTag());
    } catch (error) {
      unlinkIfThere(file);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * Removes the lock when its holder is gone. Two processes must not both find it stale and one of them then remove the
 * other's new lock: the remover holds a second lock file meanwhile, and checks again under it.
 */
function removeStale(file: string, foreignLifeMs?: number): boolean {
  if (!isStale(file, foreignLifeMs)) return false;
  const guard = `${file}${guardSuffix}`;
  if (!make(guard)) {
    if (isStale(guard, foreignLifeMs)) unlinkIfThere(guard);
    return false;
  }
  try {
    if (!isStale(file, foreignLifeMs)) return false;
    unlinkIfThere(file);
    return true;
  } finally {
    unlinkIfThere(guard);
  }
}

/** Removes the guards that a crash has left between the two files of `removeStale`. */
export function removeStaleGuards(folder: string): void {
  for (const name of namesIn(folder)) {
    const guard = join(folder, name);
    if (name.endsWith(guardSuffix) && isStale(guard)) unlinkIfThere(guard);
  }
}

function isStale(file: string, foreignLifeMs?: number): boolean {
  try {
    const stats = lstatSync(file);
    const tag = stats.isSymbolicLink() ? readlinkSync(file) : readFileSync(file, "utf8");
    const ageMs = Date.now() - stats.mtimeMs;
    return tag === "" ? ageMs > emptyLifeMs : isGone(tag, ageMs, foreignLifeMs);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
