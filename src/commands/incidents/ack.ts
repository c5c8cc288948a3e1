import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { fieldOption, formOf } from "../../cli/families/incident-form.ts";

export const ack = defineIncidentAction({
  name: "ack",
  aliases: ["acknowledge"],
  verb: "acknowledge",
  summary: "Acknowledge incidents",
  undo: "incidents unack",
  actsOn: ["open"],
  options: fieldOption,
  action: ({ note, ...options }) => ({ verb: "acknowledge", ...formOf(options), ...(note !== undefined && { note }) }),
});
