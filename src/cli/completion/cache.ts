import { open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../disk/make-folder.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import type { IdKind } from "../id-kinds.ts";
import type { Candidate } from "./candidates.ts";

/** Milliseconds for which ids may be offered. */
const maxAgeMs = 60_000;
/** Milliseconds after which it is asked for anew, in the background. */
const agingMs = 30_000;
/** Milliseconds to wait before a vendor that did not respond is asked again. */
const failedMs = 10_000;
/** Milliseconds after which a refresh that has not ended is considered dead. */
export const refreshMs = 10_000;

interface Stored {
  version: 1;
  /** Milliseconds since 1970. */
  at: number;
  /** Null if the request failed. */
  found: Candidate[] | null;
}

export interface Cached {
  found: Candidate[];
  /** Whether to ask anew, although this may still be offered. */
  aging: boolean;
}

/** The ids of one kind that a vendor returned for a profile, in a file that only its owner can read. It never holds a key. */
export interface Cache {
  /** Undefined if nothing is cached, or it is too old. */
  read(now: number): Promise<Cached | undefined>;
  write(found: Candidate[] | null, now: number): Promise<void>;
  /** Claims the refresh. False if another process has claimed it. */
  claim(now: number): Promise<boolean>;
  release(): Promise<void>;
}

/** The cache of a kind in `<state>/completion`. Profiles of one name and another address do not share it. */
export function openCache(stateDir: string, profile: { name: string; baseUrl: string }, kind: IdKind): Cache {
  const dir = join(stateDir, "completion");
  const file = join(dir, `${fingerprint(JSON.stringify([profile.name, profile.baseUrl, kind]))}.json`);
  const claimed = `${file}.refresh`;

  return {
    async read(now) {
      const stored = parse(await readFile(file, "utf8").catch(() => ""));
      if (stored === undefined) return undefined;
      const age = now - stored.at;
      if (age < 0 || age > (stored.found === null ? failedMs : maxAgeMs)) return undefined;
      return { found: stored.found ?? [], aging: stored.found !== null && age > agingMs };
    },
    async write(found, now) {
      const draft = `${file}.${process.pid}`;
      const stored: Stored = { version: 1, at: now, found };
      await writeFile(draft, JSON.stringify(stored), { mode: 0o600 });
      await rename(draft, file);
    },
    async claim(now) {
      makeFolder(dir);
      await sweep(dir, now);
      try {
        await (await open(claimed, "wx", 0o600)).close();
        return true;
      } catch {
        return false;
      }
    },
    release: () => rm(claimed, { force: true }),
  };
}

function parse(text: string): Stored | undefined {
  try {
    const stored = JSON.parse(text) as Partial<Stored> | null;
    if (stored?.version !== 1 || typeof stored.at !== "number") return undefined;
    if (stored.found !== null && !isList(stored.found)) return undefined;
    return { version: 1, at: stored.at, found: stored.found };
  } catch {
    return undefined;
  }
}

function isList(found: unknown): found is Candidate[] {
  return (
    Array.isArray(found) &&
    found.every((one: Partial<Candidate> | null) => typeof one?.word === "string" && typeof one.about === "string")
  );
}

/** Removes files that are too old to be used: claims of dead processes, and lists of unused profiles. */
async function sweep(dir: string, now: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const age =
      now -
      (await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      ));
    if (age > (name.endsWith(".json") ? maxAgeMs : refreshMs)) await rm(path, { force: true });
  }
}
