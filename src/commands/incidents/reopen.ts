import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { usageError } from "../../errors.ts";

const reopenable = ["resolved", "snoozed", "suppressed"] as const;

export const reopen = defineIncidentAction({
  name: "reopen",
  verb: "reopen",
  summary: "Reopen incidents that are resolved, snoozed or suppressed",
  undo: "incidents resolve",
  actsOn: reopenable,
  exampleFilter: " --since 1d",
  // Filters on resolved incidents need a start: reopening all of them at once would page everyone who had them.
  checkFilter({ status = reopenable, since }) {
    if (since !== undefined || !status.some((one) => one === "resolved")) return;
    throw usageError("filters on resolved incidents need --since", "--since 1d, or --status snoozed,suppressed");
  },
  action: ({ note }) => ({ verb: "reopen", ...(note !== undefined && { note }) }),
});
