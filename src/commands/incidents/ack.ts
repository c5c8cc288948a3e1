import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const ack = defineIncidentAction({
  name: "ack",
  aliases: ["acknowledge"],
  verb: "acknowledge",
  summary: "Acknowledge incidents",
  undo: "incidents unack",
  actsOn: ["open"],
  action: ({ note }) => ({ verb: "acknowledge", ...(note !== undefined && { note }) }),
});
