import type { Event } from "../../model/event.ts";

/** An event, with warnings about what was left out of it. */
export interface ObjectReading {
  event: Event;
  warnings?: readonly string[];
  /** Warnings that are about all of the input: each is printed once. */
  remarks?: readonly string[];
}

/** One item of a document: an event, an invalid item, a skipped item, or a warning for the user. */
export type ItemReading = ObjectReading | { problem: string } | { skipped: string } | { warning: string };

/** The same with the line where its document starts. */
export type NumberedReading = { line: number } & ItemReading;
