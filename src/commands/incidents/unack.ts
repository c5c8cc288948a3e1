import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const unack = defineIncidentAction({
  name: "unack",
  aliases: ["unacknowledge"],
  verb: "unacknowledge",
  summary: "Remove an acknowledgment",
  undo: "incidents ack",
  actsOn: ["acknowledged"],
  action: ({ note }) => ({ verb: "unacknowledge", ...(note !== undefined && { note }) }),
});
