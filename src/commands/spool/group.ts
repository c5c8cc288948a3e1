import { defineGroup } from "../../cli/command.ts";

export const spool = defineGroup({
  name: "spool",
  summary: "Events on disk that are not delivered yet, or were refused",
  order: ["list", "show", "flush", "retry", "purge"],
});
