import { defineGroup } from "../../cli/command.ts";

export const teams = defineGroup({
  name: "teams",
  aliases: ["team"],
  summary: "List and show teams",
  order: ["list", "show"],
});
