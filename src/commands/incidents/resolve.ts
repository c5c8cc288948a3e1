import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const resolve = defineIncidentAction({
  name: "resolve",
  verb: "resolve",
  summary: "Resolve incidents",
  undo: "incidents reopen",
  action: ({ note }) => ({ verb: "resolve", ...(note !== undefined && { note }) }),
});
