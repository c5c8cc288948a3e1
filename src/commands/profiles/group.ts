import { defineGroup } from "../../cli/command.ts";

export const profiles = defineGroup({
  name: "profiles",
  aliases: ["profile"],
  summary: "Add, choose and change profiles: a vendor, its address and keys",
  order: ["add", "edit", "list", "use", "show", "remove", "rename", "import"],
});
