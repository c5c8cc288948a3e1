import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const suppress = defineIncidentAction({
  name: "suppress",
  verb: "suppress",
  summary: "Suppress incidents, where the vendor can",
  // Incidents that are silenced already are left out by default; --status includes them.
  actsOn: ["open", "acknowledged"],
  action: ({ note }) => ({ verb: "suppress", ...(note !== undefined && { note }) }),
});
