import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../../context.ts";
import { namesIn } from "../../disk/files.ts";
import { isId } from "../../spool/entry.ts";
import { Pending } from "../../spool/pending.ts";
import { isCorrupt, Spool, type SpoolState } from "../../spool/spool.ts";
import type { Candidate } from "./candidates.ts";

/** Maximum size of a spool that is read while the shell waits. */
const maxBytes = 512 * 1024;
const maxIds = 100;

/** Ids of events on disk, newest first; of a spool that is too long to be read, only names of files. */
export async function spoolCandidates(
  kind: "spool" | "dead",
  context: Pick<Context, "stateDir" | "now">,
): Promise<Candidate[]> {
  const dir = join(context.stateDir, "spool");
  const spool = new Spool({ dir, now: () => context.now() });
  const states: SpoolState[] = kind === "dead" ? ["dead"] : ["pending", "dead"];
  const found = await Promise.all(
    states.map(async (state) => {
      const folder = join(dir, state);
      const files = (state === "pending" ? new Pending(folder).all() : namesIn(folder)).reverse();
      if (files.length > maxIds || (await bytesOf(folder, files)) > maxBytes) return names(files, state);
      const entries = await spool.list(state);
      return entries.reverse().map((entry) => ({
        word: entry.id,
        about: isCorrupt(entry) ? `${state}: ${entry.corrupt}` : `${state}: ${entry.event.summary}`,
      }));
    }),
  );
  return found.flat().slice(0, maxIds);
}

function names(files: string[], state: SpoolState): Candidate[] {
  return files.flatMap((file) => {
    const word = file.replace(/\.json$/, "");
    return isId(word) ? [{ word, about: state }] : [];
  });
}

async function bytesOf(folder: string, files: string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(folder, file)).catch(() => undefined))?.size),
  );
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}
