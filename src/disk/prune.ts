import { lstatSync } from "node:fs";
import { join } from "node:path";
import { namesIn, unlinkIfThere } from "./files.ts";

/** A folder with more files than the first loses its oldest ones, down to the second. */
const maxFiles = 1000;
const keptFiles = 500;

/** What a process that was killed has left is removed after this time. */
const usedMs = 3_600_000;

/** Names of files that a process may be using. */
const lockSuffix = ".lock";
const freshSuffix = ".new";

/** The lock of a small file. */
export function lockOf(file: string): string {
  return `${file}${lockSuffix}`;
}

/** The name of its next content, which is written first and then put in its place. */
export function freshOf(file: string): string {
  return `${file}.${process.pid}-${process.hrtime.bigint()}${freshSuffix}`;
}

/** Removes the oldest of many small files of a folder, and what killed processes have left. */
export function prune(folder: string): void {
  const names = namesIn(folder);
  if (names.length <= maxFiles) return;
  const files = names.map((name) => ({ name, at: modifiedMs(join(folder, name)) }));
  files.sort((one, other) => one.at - other.at);
  for (const { name, at } of files.slice(0, files.length - keptFiles)) {
    const isInUse = (name.endsWith(lockSuffix) || name.endsWith(freshSuffix)) && Date.now() - at < usedMs;
    if (!isInUse) unlinkIfThere(join(folder, name));
  }
}

/** 0 for a file that is gone. */
function modifiedMs(file: string): number {
  try {
    return lstatSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
