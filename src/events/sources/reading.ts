import type { Event } from "../../model/event.ts";

/** One item of the input: an event with warnings about its repair, an invalid item, a skipped item, or a warning for the user. */
export type NumberedReading = { line: number } & (
  | { event: Event; warnings?: readonly string[] }
  | { problem: string }
  | { skipped: string }
  | { warning: string }
);
