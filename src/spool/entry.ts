import { CliError } from "../errors.ts";
import { type Event, eventActions } from "../model/event.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { asObject } from "../model/object.ts";

/** Why the last attempt failed. */
export interface SpoolError {
  message: string;
  /** ISO 8601 UTC. */
  at: string;
  /** HTTP status, null when no response came. */
  status: number | null;
}

/** One event on disk. It names the profile and never holds a key. */
export interface SpoolEntry {
  version: 1;
  id: string;
  /** ISO 8601 UTC. */
  createdAt: string;
  provider: string;
  profile: string;
  /** The address it is for: an entry is never sent to another host. */
  baseUrl: string;
  event: Event;
  /** Deliveries tried so far. */
  attempts: number;
  lastError: SpoolError | null;
}

/** The input for a new entry. */
export type NewEntry = Pick<SpoolEntry, "provider" | "profile" | "baseUrl" | "event">;

/** A file that is in the spool and cannot be read as an entry. */
export interface CorruptEntry {
  id: string;
  corrupt: string;
}

/** What recovery found of killed processes. */
export interface Recovery {
  /** Ids that are pending again. */
  recovered: string[];
  /** Files that were still empty: their events were never reported as safe. They are removed. */
  empty: number;
}

/** Whether a listed entry is one that cannot be read. */
export function isCorrupt(entry: object): entry is CorruptEntry {
  return "corrupt" in entry;
}

/** The record of a failed attempt. */
export function toSpoolError(error: Error, at: Date): SpoolError {
  return {
    message: error.message,
    at: at.toISOString(),
    status: error instanceof CliError ? (error.status ?? null) : null,
  };
}

/** Entries of one stream are delivered in order: profile, host and dedup key, as 16 hex digits. */
export function streamOf({ provider, profile, baseUrl, event }: NewEntry): string {
  return fingerprint(JSON.stringify([provider, profile, baseUrl, event.dedupKey]));
}

/** Milliseconds, number within the millisecond, stream, random: `001700000000000-000001-<16 hex>-<8 hex>`. */
const idPattern = /^(\d{15})-(\d{6})-([0-9a-f]{16})-([0-9a-f]{8})$/;

export interface IdParts {
  time: number;
  sequence: number;
  stream: string;
}

/** Whether a name has the form of an id. */
export function isId(name: string): boolean {
  return idPattern.test(name);
}

/** The stream in an id; undefined for a name that is not ours. Makes less garbage than `parseId`: a spool may be long. */
export function streamIn(id: string): string | undefined {
  return isId(id) ? id.slice(23, 39) : undefined;
}

/** The parts of an id, undefined for a name that is not ours. */
export function parseId(id: string): IdParts | undefined {
  const [, time, sequence, stream] = idPattern.exec(id) ?? [];
  if (time === undefined || sequence === undefined || stream === undefined) return undefined;
  return { time: Number(time), sequence: Number(sequence), stream };
}

/** Ids sort as text in the order of time and sequence. */
export function formatId({ time, sequence, stream }: IdParts, random: string): string {
  return `${String(time).padStart(15, "0")}-${String(sequence).padStart(6, "0")}-${stream}-${random}`;
}

/**
 * An id as people read and type it: number and random part, `000001-01234567`. A full one is wider than half a terminal.
 * Any other text stays unchanged.
 */
export function shortId(id: string): string {
  const [, , sequence, , random] = idPattern.exec(id) ?? [];
  return sequence === undefined ? id : `${sequence}-${random}`;
}

/** Reads the text of an entry's file; what is wrong with it is part of the result, not thrown. */
export function parseEntry(id: string, text: string): SpoolEntry | CorruptEntry {
  let value: Record<string, unknown> | undefined;
  try {
    value = asObject(JSON.parse(text));
  } catch {
    return { id, corrupt: text.trim() === "" ? "the file is empty" : "the file is not complete JSON" };
  }
  if (value === undefined) return { id, corrupt: "the file does not hold an entry" };
  if (value.version !== 1) return { id, corrupt: `format version "${String(value.version)}" is not known` };
  const missing = (["provider", "profile", "baseUrl", "createdAt"] as const).find(
    (name) => typeof value[name] !== "string",
  );
  if (missing !== undefined) return { id, corrupt: `the entry has no "${missing}"` };
  if (!isEvent(value.event)) return { id, corrupt: "the entry has no complete event" };
  return {
    version: 1,
    id,
    createdAt: String(value.createdAt),
    provider: String(value.provider),
    profile: String(value.profile),
    baseUrl: String(value.baseUrl),
    event: value.event,
    attempts: typeof value.attempts === "number" ? value.attempts : 0,
    lastError: isSpoolError(value.lastError) ? value.lastError : null,
  };
}

function isEvent(value: unknown): value is Event {
  const event = asObject(value);
  if (event === undefined) return false;
  const texts = [event.summary, event.severity, event.source, event.dedupKey];
  return (
    eventActions.some((action) => action === event.action) &&
    texts.every((text) => typeof text === "string") &&
    event.dedupKey !== "" &&
    asObject(event.details) !== undefined &&
    Array.isArray(event.links)
  );
}

function isSpoolError(value: unknown): value is SpoolError {
  const error = asObject(value);
  return typeof error?.message === "string" && typeof error.at === "string" && "status" in error;
}
