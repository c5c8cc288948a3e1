import { defineFollowUp } from "../../cli/families/event-follow-up.ts";

export const ack = defineFollowUp({
  name: "ack",
  aliases: ["acknowledge"],
  summary: "Acknowledge an alert by dedup key",
  action: "acknowledge",
});
