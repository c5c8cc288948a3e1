import { InvalidArgumentError } from "commander";
import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { value } from "../../cli/options.ts";
import { readDuration } from "../../model/duration.ts";

export const snooze = defineIncidentAction({
  name: "snooze",
  verb: "snooze",
  summary: "Snooze incidents",
  // Incidents that are silenced already are left out by default; --status includes them.
  actsOn: ["open", "acknowledged"],
  options: { for: value("duration", "how long, such as 30m or 2h", readSnooze, { defaultNote: "as the vendor does" }) },
  action: ({ note, for: forMs }) => ({
    verb: "snooze",
    ...(forMs !== undefined && { forMs }),
    ...(note !== undefined && { note }),
  }),
});

/** Milliseconds. */
function readSnooze(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Expected a duration above 0, such as 30m or 2h.");
  return ms;
}
