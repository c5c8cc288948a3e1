import { defineGroup } from "../../cli/command.ts";

export const silences = defineGroup({
  name: "silences",
  aliases: ["silence"],
  summary: "List, add and remove silences, which keep alerts of a service from paging anybody",
  order: ["list", "add", "remove"],
});
