import { defineGroup } from "../../cli/command.ts";

export const schedules = defineGroup({
  name: "schedules",
  aliases: ["schedule"],
  summary: "List and show on-call schedules",
  order: ["list", "show", "shifts", "rota"],
});
