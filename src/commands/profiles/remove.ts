import { defineCommand } from "../../cli/command.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { ExitCode } from "../../errors.ts";
import { notice, plan } from "../../output/result.ts";
import { findProfile, removeProfile } from "../../profiles/change.ts";

export const remove = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "Remove a profile with its keys; asks first",
  arguments: { name: profileName },
  writes: true,
  examples: ["onduty profiles remove old", "onduty profiles remove old --yes"],
  exitCodes: { ok: "removed", usage: "usage or not confirmed", partial: "the keyring still has a key of it" },
  async run({ ctx, args: { name }, printer }) {
    await findProfile(ctx, name);
    return plan(`would remove profile "${name}" and its keys`, {
      ask: { question: `Remove profile "${name}" and its keys?`, hint: `onduty profiles remove ${name} --yes` },
      async apply() {
        const { left, isClean } = await removeProfile(ctx, printer, name);
        const { strandedEvents } = await import("../../events/spooled.ts");
        return notice(`removed profile "${name}"${left === undefined ? "" : currentProfileHint(left)}`, {
          warnings: await strandedEvents(ctx, name),
          exitCode: isClean ? undefined : ExitCode.partial,
        });
      },
    });
  },
});

/** What to do when the current profile was removed. */
function currentProfileHint([first, ...more]: readonly string[]): string {
  if (first === undefined) return "; no profile is left";
  return `; no profile is the current one now: onduty profiles use ${more.length === 0 ? first : "NAME"}`;
}
