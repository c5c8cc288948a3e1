import { readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { hasCode, namesIn, syncFolder, unlinkIfThere } from "../disk/files.ts";
import { removeStaleGuards } from "../disk/lock.ts";
import { isGone, ownerTag } from "../disk/owner.ts";
import { isBatchFile, parseBatchName, parseLogName } from "./batch-format.ts";
import type { Batches } from "./batches.ts";
import { isCorrupt, isId, parseEntry, type Recovery } from "./entry.ts";
import type { Folders } from "./folders.ts";

/** Whether a process other than this one holds a batch. */
export function hasForeignBatch({ pending }: Folders): boolean {
  return namesIn(pending).some((file) => (parseBatchName(file)?.owner ?? ownerTag()) !== ownerTag());
}

/** Finds entries that killed processes were writing or delivering. They become pending, or corrupt if incomplete. */
export async function recover(folders: Folders, batches: Batches): Promise<Recovery> {
  const recovery: Recovery = { recovered: [], empty: 0 };
  for (const folder of [folders.tmp, folders.pending])
    for (const file of namesIn(folder))
      await unlessGone(() => recoverBatch(folders, batches, { folder, file }, recovery));
  for (const name of namesIn(folders.tmp))
    if (!isBatchFile(name)) await unlessGone(() => recoverDraft(folders, name, recovery));
  return recovery;
}

/** Frees a batch that a killed process was writing or delivering. */
async function recoverBatch(
  { pending }: Folders,
  batches: Batches,
  { folder, file }: { folder: string; file: string },
  recovery: Recovery,
): Promise<void> {
  const name = parseBatchName(file);
  if (name?.owner === undefined) return;
  const { mtimeMs, size } = statSync(join(folder, file));
  if (!isGone(name.owner, Date.now() - mtimeMs)) return;
  if (size === 0) {
    unlinkIfThere(join(folder, file));
    recovery.empty += 1;
    return;
  }
  const free = `${name.stem}.batch`;
  renameSync(join(folder, file), join(pending, free));
  await syncFolder(pending);
  for (const { id } of batches.entries([free])) recovery.recovered.push(id);
}

/** Removes what a crash left: guards of locks, and of batches that are finished logs alone and files without an entry. */
export function removeRemains({ pending, locks }: Folders, batches: Batches): void {
  removeStaleGuards(locks);
  const files = namesIn(pending);
  const names = files.flatMap((file) => parseBatchName(file) ?? []);
  const stems = new Set(names.map(({ stem }) => stem));
  const alone = files.flatMap((file) => parseLogName(file) ?? []).filter((stem) => !stems.has(stem));
  // Listed twice: one listing may miss a batch that a process is renaming.
  const still = new Set(alone.length === 0 ? [] : namesIn(pending).map((file) => parseBatchName(file)?.stem));
  for (const stem of alone) if (!still.has(stem)) unlinkIfThere(join(pending, `${stem}.log`));
  for (const name of names) if (name.owner === undefined && batches.isFinished(name)) batches.remove(name);
}

/** Moves the draft of an entry to where the others wait. */
async function recoverDraft({ tmp, pending }: Folders, name: string, recovery: Recovery): Promise<void> {
  const file = join(tmp, name);
  const [, id = "", tag = "", kind] = /^(.+?)\.([0-9a-f-]+)\.(add|update)$/.exec(name) ?? [];
  if (!isGone(tag, Date.now() - statSync(file).mtimeMs)) return;
  const text = readFileSync(file, "utf8");
  // An update is only a newer copy of an entry that is, or was, pending.
  if (kind === "update" || text === "") {
    unlinkIfThere(file);
    if (kind !== "update") recovery.empty += 1;
    return;
  }
  // Move it even if it is incomplete: it is then listed, and an unreadable entry blocks no other.
  renameSync(file, join(pending, isId(id) ? `${id}.json` : name));
  await syncFolder(pending);
  if (!isCorrupt(parseEntry(id, text))) recovery.recovered.push(id);
}

/** Ignores that another process was faster. */
async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
