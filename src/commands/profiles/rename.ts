import { defineCommand } from "../../cli/command.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { word } from "../../cli/options.ts";
import { checkProfileName } from "../../config/settings.ts";
import { notice, plan } from "../../output/result.ts";
import { checkRename, renameProfile } from "../../profiles/change.ts";

export const rename = defineCommand({
  name: "rename",
  aliases: ["mv"],
  summary: "Rename a profile",
  arguments: { name: profileName, newName: word("new-name", "its new name") },
  writes: true,
  examples: ["onduty profiles rename prod eu.prod"],
  exitCodes: { ok: "done", usage: "usage" },
  check(_, { newName }) {
    checkProfileName(newName);
  },
  async run({ ctx, args: { name, newName } }) {
    checkRename(await ctx.config.load(), name, newName);
    return plan(`would rename "${name}" to "${newName}"`, {
      async apply() {
        await renameProfile(ctx, name, newName);
        const { strandedEvents } = await import("../../events/spooled.ts");
        return notice(`"${name}" is "${newName}" now`, { warnings: await strandedEvents(ctx, name) });
      },
    });
  },
});
