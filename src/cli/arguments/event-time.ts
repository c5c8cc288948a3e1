import { isMachineTime, readMachineTime } from "../../model/machine-time.ts";
import { parseTime } from "./point-in-time.ts";

/**
 * When an event happened, as a person types it or as a monitoring system passes it: seconds since 1970, the date of Nagios or Monit.
 * Nothing without a text. A system's text that cannot be read costs the time and a warning, never the event.
 *
 * @throws {CliError} `usage` for what a person mistyped
 */
export function readEventTime(text: string | undefined, now: Date, zone?: string): { at?: Date; warning?: string } {
  if (text === undefined) return {};
  const at = readMachineTime(/^\s*\d{4}-/.test(text) ? undefined : text);
  if (at !== undefined) return { at };
  try {
    return { at: parseTime(text, now, zone) };
  } catch (error) {
    if (!isMachineTime(text)) throw error;
    return { warning: `the time "${text}" cannot be read: the event goes out without one` };
  }
}
