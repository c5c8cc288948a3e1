import { defineFollowUp } from "../../cli/families/event-follow-up.ts";

export const ack = defineFollowUp({
  name: "ack",
  aliases: ["acknowledge"],
  summary: "Say that somebody is on it, by dedup key",
  action: "acknowledge",
});
