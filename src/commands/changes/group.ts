import { defineGroup } from "../../cli/command.ts";

export const changes = defineGroup({
  name: "changes",
  summary: "List deploys and other changes",
  order: ["list"],
});
