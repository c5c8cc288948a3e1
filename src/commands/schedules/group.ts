import { defineGroup } from "../../cli/command.ts";

export const schedules = defineGroup({
  name: "schedules",
  aliases: ["schedule"],
  summary: "List and show on-call schedules, and override them",
  order: ["list", "show", "shifts", "rota", "override"],
});
