import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder that only its owner can enter, and those above it; returns the first that was made. It ends whatever the system
 * responds: the recursive way of Node was seen to go on forever (20.20).
 *
 * @param make makes one folder
 * @throws the error of the system
 */
export function makeFolder(folder: string, make = makeOne): string | undefined {
  try {
    make(folder);
    return folder;
  } catch (error) {
    const above = dirname(folder);
    if (isFolder(folder)) return undefined;
    if (codeOf(error) !== "ENOENT" || above === folder) throw error;
    const first = makeFolder(above, make);
    if (first === undefined && !isFolder(above)) throw error;
    try {
      make(folder);
    } catch (again) {
      if (!isFolder(folder)) throw again;
    }
    return first ?? folder;
  }
}

function makeOne(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
