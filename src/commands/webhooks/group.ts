import { defineGroup } from "../../cli/command.ts";

export const webhooks = defineGroup({
  name: "webhooks",
  aliases: ["webhook"],
  summary: "Verify and receive the signed webhooks of OpsKnight",
  order: ["verify", "listen"],
});
