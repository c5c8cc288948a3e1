import { defineCommand } from "../../cli/command.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { notice, plan } from "../../output/result.ts";
import { findProfile, makeCurrent } from "../../profiles/change.ts";

export const use = defineCommand({
  name: "use",
  summary: "Make a profile the current one",
  arguments: { name: profileName },
  writes: true,
  examples: ["onduty profiles use prod"],
  exitCodes: { ok: "done", usage: "usage" },
  async run({ ctx, args: { name } }) {
    await findProfile(ctx, name);
    const ruling = ["ONDUTY_PROFILE", "ONDUTY_PROVIDER"].find((variable) => ctx.env[variable]);
    return plan(`would make "${name}" the current profile`, {
      async apply() {
        await makeCurrent(ctx, name);
        return notice(`"${name}" is the current profile`, {
          warnings: ruling === undefined ? [] : [`warning: ${ruling} is set, and overrides the current profile`],
        });
      },
    });
  },
});
