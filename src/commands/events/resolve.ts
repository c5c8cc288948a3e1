import { defineFollowUp } from "../../cli/families/event-follow-up.ts";

export const resolve = defineFollowUp({
  name: "resolve",
  summary: "Resolve an alert by dedup key",
  action: "resolve",
});
