import { type Command, InvalidArgumentError } from "commander";
import { readDuration } from "../../cli/arguments/duration.ts";
import type { GlobalOptions } from "../../context.ts";

export interface ShiftOptions extends GlobalOptions {
  shifts?: boolean;
  since?: string;
  /** Milliseconds. */
  for?: number;
}

export function addShiftOptions(command: Command): void {
  command
    .option("--shifts", "who is on call when, gaps included, where the vendor can tell")
    .option("--since <time>", "first moment of the shifts (default: now)")
    .option("--for <duration>", "how long from there (default: 7d)", readLength);
}

/** Whether it is the shifts that are wanted: their options alone say so too. */
export function asksShifts({ shifts, since, for: length }: ShiftOptions): boolean {
  return shifts === true || since !== undefined || length !== undefined;
}

export const shiftExamples = "\n  onduty schedules show primary --shifts --for 14d";

function readLength(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Expected a duration above 0, such as 24h or 7d.");
  return ms;
}
