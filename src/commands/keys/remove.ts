import { defineCommand } from "../../cli/command.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { choiceOr } from "../../cli/options.ts";
import { keyField } from "../../config/store.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { keyKinds } from "../../model/key.ts";
import { notice, plan } from "../../output/result.ts";
import { findProfile, removeKey } from "../../profiles/change.ts";

export const remove = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "Remove a key of a profile; asks first",
  arguments: { name: profileName },
  options: { kind: choiceOr("kind", "which key", keyKinds, "api") },
  writes: true,
  examples: ["onduty keys remove prod", "onduty keys remove prod --kind integration --yes"],
  exitCodes: { ok: "removed", usage: "usage or not confirmed", partial: "the keyring still has it" },
  async run({ ctx, args: { name }, options: { kind }, printer }) {
    const profile = await findProfile(ctx, name);
    if (profile[keyField[kind]] === undefined)
      throw usageError(`profile "${name}" has no ${kind} key`, "onduty keys list");
    return plan(`would remove the ${kind} key of "${name}"`, {
      ask: {
        question: `Remove the ${kind} key of "${name}"?`,
        hint: `onduty keys remove ${name} --kind ${kind} --yes`,
      },
      async apply() {
        const isClean = await removeKey(ctx, printer, { name, kind });
        return notice(`removed the ${kind} key of "${name}"`, { exitCode: isClean ? undefined : ExitCode.partial });
      },
    });
  },
});
