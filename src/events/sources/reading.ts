import type { Event } from "../../model/event.ts";

/** What one place of the input holds: an event, something that is none, something that is left out, or a word to the user. */
export type NumberedReading = { line: number } & (
  | { event: Event }
  | { problem: string }
  | { skipped: string }
  | { warning: string }
);
