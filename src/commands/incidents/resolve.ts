import { defineIncidentAction } from "../../cli/families/incident-action.ts";

export const resolve = defineIncidentAction({
  name: "resolve",
  verb: "resolve",
  summary: "Resolve incidents",
  action: ({ note }) => ({ verb: "resolve", ...(note !== undefined && { note }) }),
});
