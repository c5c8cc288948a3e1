import { defineGroup } from "../../cli/command.ts";

export const users = defineGroup({
  name: "users",
  aliases: ["user"],
  summary: "List and show people",
  order: ["list", "show"],
});
