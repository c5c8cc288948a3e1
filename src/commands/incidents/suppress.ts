import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const suppress = defineIncidentAction({
  name: "suppress",
  verb: "suppress",
  summary: "Suppress incidents, where the vendor can",
  // Who suppresses what is silenced already wants something of it, and says --status.
  actsOn: ["open", "acknowledged"],
  action: ({ note }) => ({ verb: "suppress", ...(note !== undefined && { note }) }),
});
