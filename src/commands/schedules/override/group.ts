import { defineGroup } from "../../../cli/command.ts";

export const override = defineGroup({
  name: "override",
  aliases: ["overrides"],
  summary: "Put people on call instead of the rotation, for a time",
  order: ["list", "add", "remove"],
});
