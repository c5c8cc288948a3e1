import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { usageError } from "../../errors.ts";

const reopenable = ["resolved", "snoozed", "suppressed"] as const;

export const reopen = defineIncidentAction({
  name: "reopen",
  verb: "reopen",
  summary: "Reopen incidents that are resolved, snoozed or suppressed",
  actsOn: reopenable,
  exampleFilter: " --since 1d",
  // What was resolved goes back to the beginning; opened again all at once it would page whoever had it.
  checkFilter({ status = reopenable, since }) {
    if (since !== undefined || !status.some((one) => one === "resolved")) return;
    throw usageError("filters on resolved incidents need --since", "--since 1d, or --status snoozed,suppressed");
  },
  action: ({ note }) => ({ verb: "reopen", ...(note !== undefined && { note }) }),
});
