import { join } from "node:path";

/** `pending` waits for delivery, `dead` was refused by the vendor. */
export type SpoolState = "pending" | "dead";

/** The folders of a spool. */
export interface Folders extends Record<SpoolState, string> {
  dir: string;
  /** Files that are being written. */
  tmp: string;
  locks: string;
}

export function foldersIn(dir: string): Folders {
  const folder = (name: string): string => join(dir, name);
  return { dir, tmp: folder("tmp"), pending: folder("pending"), dead: folder("dead"), locks: folder("locks") };
}
