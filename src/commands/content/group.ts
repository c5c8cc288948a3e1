import { defineGroup } from "../../cli/command.ts";

export const content = defineGroup({
  name: "content",
  summary: "Read runbooks and other content",
  order: ["types", "list", "show"],
});
