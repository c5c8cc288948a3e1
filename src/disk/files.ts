import { chmod, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Names in a folder, sorted; empty if the folder does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Makes folders that only their owner can enter, durably. */
export async function makeFolders(folders: string[]): Promise<void> {
  if (await areThere(folders)) return;
  for (const folder of folders) {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) {
      const { mode } = await stat(folder);
      if ((mode & 0o077) !== 0) await chmod(folder, 0o700);
      continue;
    }
    // A new folder is durable once the folder that names it is.
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }
}

/** Whether all of these folders exist, and only their owner can enter. */
async function areThere(folders: string[]): Promise<boolean> {
  try {
    const found = await Promise.all(folders.map((folder) => stat(folder)));
    return found.every((one) => one.isDirectory() && (one.mode & 0o077) === 0);
  } catch {
    return false;
  }
}

/** Writes a new file that survives a power cut, as soon as its folder is synced too. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can neither open nor sync a folder, and some network disks refuse it; the rename is then all there is.
  const cannot = ["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EACCES"];
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!cannot.some((code) => hasCode(error, code))) throw error;
  }
}

export async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** False if the file did not exist. */
export async function unlinkIfThere(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Whether an error is the file system's error `code`, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
