import { defineGroup } from "../../cli/command.ts";

export const spool = defineGroup({
  name: "spool",
  summary: "Manage events on disk that are pending or were refused",
  order: ["list", "show", "flush", "retry", "purge"],
});
