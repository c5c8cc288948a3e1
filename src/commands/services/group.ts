import { defineGroup } from "../../cli/command.ts";

export const services = defineGroup({
  name: "services",
  aliases: ["service"],
  summary: "List and show services",
  order: ["list", "show"],
});
