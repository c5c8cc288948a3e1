import type { Event } from "../../model/event.ts";

/** One item of the input: an event, an invalid item, a skipped item, or a warning for the user. */
export type NumberedReading = { line: number } & (
  | { event: Event }
  | { problem: string }
  | { skipped: string }
  | { warning: string }
);
