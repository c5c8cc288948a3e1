import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { checkForm, fieldOption, formOf, reviewOptions } from "../../cli/families/incident-form.ts";

export const resolve = defineIncidentAction({
  name: "resolve",
  verb: "resolve",
  summary: "Resolve incidents",
  undo: "incidents reopen",
  options: { ...fieldOption, ...reviewOptions },
  check: checkForm,
  action: ({ note, ...options }) => ({ verb: "resolve", ...formOf(options), ...(note !== undefined && { note }) }),
});
