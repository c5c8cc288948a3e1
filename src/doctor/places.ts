import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Shape } from "../output/shape.ts";
import { completionFiles } from "./completions.ts";

/** Something that onduty keeps on this machine. */
export interface Place {
  what: string;
  path: string;
  /** Whether it is there now. */
  exists: boolean;
}

export const placeShape: Shape<Place> = {
  columns: [
    { header: "WHAT", value: (row) => row.what, cut: 1, leaves: 2 },
    { header: "PATH", value: (row) => row.path, main: true },
    { header: "EXISTS", value: (row) => (row.exists ? "yes" : "no"), leaves: 1 },
  ],
  fields: ["what", "path", "exists"],
};

/** What stays on this machine when the program is removed. Reads nothing but whether it is there. */
export function places({ config, stateDir, env }: Context): Place[] {
  const home = env.HOME || undefined;
  const caches = env.XDG_CACHE_HOME || (home === undefined ? undefined : join(home, ".cache"));
  const all: [what: string, path: string][] = [
    ["profiles and keys", config.file],
    ["events that wait or were refused", join(stateDir, "spool")],
    ["other state", stateDir],
    ...(caches === undefined ? [] : ([["code for a quicker start", join(caches, "onduty")]] as [string, string][])),
    ...completionFiles(env).map((file): [string, string] => ["completions of a shell", file]),
  ];
  return all.map(([what, path]) => ({ what, path, exists: existsSync(path) }));
}
