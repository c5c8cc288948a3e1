import { defineCommand } from "../../cli/command.ts";
import { list as listResult } from "../../output/result.ts";
import { listProfiles, profileShape } from "../../profiles/rows.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List profiles; the current one has a star",
  output: profileShape,
  examples: ["onduty profiles list", "onduty profiles list --json"],
  exitCodes: { ok: "listed", usage: "usage" },
  async run({ ctx, options }) {
    return listResult(await listProfiles(ctx, options.profile));
  },
});
