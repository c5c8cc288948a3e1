import { type CorruptEntry, isCorrupt, isId, parseEntry, parseId, type SpoolEntry } from "./entry.ts";

/*
 * Many events in one file, so that they share one fsync. The file never changes; what is done with its entries is
 * appended to a log beside it, and when nothing is left to deliver both are removed.
 *
 *   <time>-<number>+<count>-<random>.<owner>.batch   a process is delivering it
 *   <time>-<number>+<count>-<random>.batch           anybody may
 *   <time>-<number>+<count>-<random>.log             lines {"id", "done"} or {"id", "attempts", "lastError"}
 */

const namePattern = /^((\d{15})-(\d{6})\+(\d{1,6})-[0-9a-f]{8})(?:\.([0-9a-f-]+))?\.batch$/;
const logPattern = /^(\d{15}-\d{6}\+\d{1,6}-[0-9a-f]{8})\.log$/;

export interface BatchName {
  /** Name of the file. */
  file: string;
  /** The name without owner and suffix. */
  stem: string;
  time: number;
  /** Of the first entry; the others follow. */
  sequence: number;
  count: number;
  /** Tag of the process that is delivering it; see `ownerTag`. */
  owner: string | undefined;
}

/** Entries by id, those that cannot be read by the name of their line. */
export type BatchEntries = Map<string, SpoolEntry | CorruptEntry>;

/** What is recorded for a pending entry after an attempt. */
export type Attempt = Pick<SpoolEntry, "attempts" | "lastError">;

/** One line of a log. */
export type Mark = { id: string; done: true } | ({ id: string } & Attempt);

/** Whether a name may be that of a batch or its log. Of thousands of files, most are not. */
function mayBeBatch(file: string): boolean {
  return file[15 + 1 + 6] === "+";
}

/** Undefined for a name that is not a batch's. */
export function parseBatchName(file: string): BatchName | undefined {
  if (!mayBeBatch(file)) return undefined;
  const [, stem, time, sequence, count, owner] = namePattern.exec(file) ?? [];
  if (stem === undefined) return undefined;
  return { file, stem, time: Number(time), sequence: Number(sequence), count: Number(count), owner };
}

/** The batches among the names in a folder. */
export function batchNames(files: readonly string[]): BatchName[] {
  const names: BatchName[] = [];
  for (const file of files) {
    const name = parseBatchName(file);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** The stem of the log that a file is; undefined for any other. */
export function parseLogName(file: string): string | undefined {
  return logPattern.exec(file)?.[1];
}

/** Whether a file of `pending` belongs to a batch. */
export function isBatchFile(file: string): boolean {
  return mayBeBatch(file) && (namePattern.test(file) || logPattern.test(file));
}

/** The stem for these entries, which follow one another. @throws if the list is empty */
export function formatStem(entries: readonly SpoolEntry[], random: string): string {
  const place = parseId(entries[0]?.id ?? "");
  if (place === undefined) throw new Error("a batch needs an entry");
  const time = String(place.time).padStart(15, "0");
  return `${time}-${String(place.sequence).padStart(6, "0")}+${entries.length}-${random}`;
}

/** Whether the entry may be in the batch, as far as its name shows. */
export function mayHold(name: BatchName, id: string): boolean {
  if (id.startsWith(`${name.stem}.batch#`)) return true;
  const place = parseId(id);
  if (place === undefined || place.time !== name.time) return false;
  return place.sequence >= name.sequence && place.sequence < name.sequence + name.count;
}

export function encodeBatch(entries: readonly SpoolEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
}

/** The entries of a batch. A line that cannot be read is an entry of its own, so that it can be reported and purged. */
export function decodeBatch(stem: string, text: string): BatchEntries {
  const entries: BatchEntries = new Map();
  const lines = text.split("\n");
  // Text after the last newline is a write that was cut off.
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const unreadable = `${stem}.batch#${index + 1}`;
    const id = idIn(line) ?? unreadable;
    const entry = parseEntry(id, line);
    if (isCorrupt(entry)) entries.set(unreadable, { ...entry, id: unreadable });
    else entries.set(id, entry);
  }
  return entries;
}

/** Streams of the entries in the text of a batch; and at worst some that only a detail of an event looks like. */
export function streamsIn(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/"id":"\d{15}-\d{6}-([0-9a-f]{16})-/g), ([, stream = ""]) => stream));
}

/** A line of the log. It begins with a newline, whatever a crash has left before it. */
export function encodeMark(mark: Mark): string {
  return `\n${JSON.stringify(mark)}\n`;
}

/** Applies the lines of a log. */
export function applyMarks(entries: BatchEntries, text: string): void {
  for (const line of text.split("\n")) {
    const mark = parseMark(line);
    if (typeof mark?.id !== "string") continue;
    const entry = entries.get(mark.id);
    if ("done" in mark) entries.delete(mark.id);
    else if (entry !== undefined && !isCorrupt(entry) && "attempts" in mark)
      entries.set(mark.id, { ...entry, attempts: Number(mark.attempts), lastError: mark.lastError ?? null });
  }
}

/** Null for a line that a crash has cut off. */
function parseMark(line: string): Partial<Mark> | null {
  if (line === "") return null;
  try {
    return JSON.parse(line) as Partial<Mark> | null;
  } catch {
    return null;
  }
}

function idIn(line: string): string | undefined {
  const id = /"id":"([^"]+)"/.exec(line)?.[1];
  return id !== undefined && isId(id) ? id : undefined;
}
