import { defineCommand } from "../../cli/command.ts";
import { list as listResult } from "../../output/result.ts";
import { keyShape, listKeys } from "../../profiles/rows.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List the keys of all profiles, masked, and where each is stored",
  output: keyShape,
  examples: ["onduty keys list", "onduty keys list --json"],
  exitCodes: { ok: "listed", usage: "usage" },
  async run({ ctx }) {
    return listResult(await listKeys(ctx));
  },
});
