import { join } from "node:path";

/**
 * The home of a user who has none: no file can exist below it, for no user. Some services are given it as their HOME, too.
 */
export const nowhere = "/dev/null";

/** Whether a path lies in the home of a user who has none, so that nothing can be read or kept there. */
export function isNowhere(path: string): boolean {
  return path.startsWith(join(nowhere, "/"));
}
