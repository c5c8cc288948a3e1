import { namesIn } from "../disk/files.ts";
import { foldersIn } from "./folders.ts";

/** Whether a spool in `dir` has an entry, by names of files alone. @throws the file system's error */
export function hasEntries(dir: string): boolean {
  const { pending, dead } = foldersIn(dir);
  return namesIn(pending).length > 0 || namesIn(dead).length > 0;
}
