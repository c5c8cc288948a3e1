import { defineFollowUp } from "../../cli/families/event-follow-up.ts";

export const resolve = defineFollowUp({
  name: "resolve",
  summary: "Say that the problem is over, by dedup key",
  action: "resolve",
});
