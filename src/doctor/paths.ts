import type { Context } from "../context.ts";

/** A text as it may be pasted, with paths in it that hold the name of the user's home. */
export function withoutHome(text: string, { HOME: home }: Context["env"]): string {
  return home !== undefined && home.length > 1 ? text.replaceAll(`${home}/`, "~/") : text;
}

/** A path as it may be pasted: the name of the user's home is left out. */
export function shortPath(path: string, { HOME: home }: Context["env"]): string {
  const inside = home !== undefined && home.length > 1 && path.startsWith(`${home}/`);
  return inside ? `~${path.slice(home.length)}` : path;
}
