import { defineGroup } from "../../cli/command.ts";

export const webhooks = defineGroup({
  name: "webhooks",
  aliases: ["webhook"],
  summary: "Verify and receive signed webhooks of vendors",
  order: ["verify", "listen"],
});
