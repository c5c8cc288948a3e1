import { defineGroup } from "../cli/command.ts";

export const onduty = defineGroup({
  name: "onduty",
  summary: "Send alert events, work incidents, and see who is on call: OpsKnight, Flashduty and Flotiq.",
  order: [
    "status",
    "events",
    "incidents",
    "oncall",
    "keys",
    "profiles",
    "services",
    "schedules",
    "users",
    "teams",
    "whoami",
    "deploy",
    "run",
    "spool",
    "content",
    "api",
    "webhooks",
    "sandbox",
    "doctor",
    "completion",
    "help",
  ],
});
