import type { CliError } from "../errors.ts";
import type { Event, EventReceipt } from "../model/event.ts";

/** An event with its place in the input. */
export interface BulkItem {
  /** From 1. */
  line: number;
  event: Event;
}

/** The outcome of one event. Not in the spool and not delivered: it is lost unless it is sent again. */
export type BulkOutcome = { item: BulkItem; attempts: number } & (
  | { outcome: "delivered"; receipt: EventReceipt }
  /** The vendor does not want it; `spoolId` names it in `dead`. */
  | { outcome: "refused"; spoolId: string | null; error: CliError }
  /** With `behind` it was not tried: an earlier event of its key waits, for the reason `error` where that is known. */
  | { outcome: "spooled"; spoolId: string; error: CliError | null; behind: boolean }
  | { outcome: "lost"; error: CliError }
);
