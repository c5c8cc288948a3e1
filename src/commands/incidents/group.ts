import { defineGroup } from "../../cli/command.ts";

export const incidents = defineGroup({
  name: "incidents",
  aliases: ["incident"],
  summary: "List, show and work incidents",
  order: [
    "list",
    "show",
    "create",
    "ack",
    "unack",
    "resolve",
    "reopen",
    "suppress",
    "snooze",
    "assign",
    "update",
    "comment",
    "merge",
    "timeline",
    "alerts",
    "similar",
    "open",
    "watch",
  ],
});
