import { defineGroup } from "../../cli/command.ts";

export const events = defineGroup({
  name: "events",
  aliases: ["event"],
  summary: "Send alert and deploy events",
  order: ["trigger", "ack", "resolve", "change", "send", "notify", "reconcile"],
});
