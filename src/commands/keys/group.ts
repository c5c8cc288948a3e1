import { defineGroup } from "../../cli/command.ts";

export const keys = defineGroup({
  name: "keys",
  aliases: ["key"],
  summary: "Check, set and remove the keys of profiles",
  order: ["validate", "set", "list", "remove"],
});
