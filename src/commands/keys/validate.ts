import { defineCommand } from "../../cli/command.ts";
import { choice, flag, ids, optionalWords } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { keyPurposes } from "../../model/key.ts";
import { list } from "../../output/result.ts";
import { chooseProfiles, exitCodeOf, keyReportShape, toRow, validateKeys } from "../../profiles/validate.ts";

export const validate = defineCommand({
  name: "validate",
  aliases: ["check"],
  summary: "Check with the vendors whether keys work and what they allow; never writes",
  arguments: {
    names: optionalWords("profile", "profiles; without any, the one that is used now", { completes: ids("profiles") }),
  },
  options: {
    all: flag("the keys of every profile"),
    for: choice("purpose", "what the key is wanted for; other scopes are not needed", keyPurposes, {
      defaultWord: "what the profile uses it for",
    }),
  },
  profiles: "own",
  output: keyReportShape,
  examples: ["onduty keys validate", "onduty keys validate --all --json", "onduty keys validate --for events"],
  exitCodes: {
    ok: "every key is valid",
    usage: "usage or a profile that cannot be used",
    network: "one could not be checked",
    auth: "one is invalid, missing or restricted",
  },
  check({ all, allProfiles, profiles = [] }, { names }) {
    const ways = [all === true || allProfiles === true, names.length > 0, profiles.length > 0];
    if (ways.filter(Boolean).length > 1)
      throw usageError("names of profiles, --profile and --all exclude each other", "onduty keys validate --all");
  },
  async run({ ctx, args: { names }, options, printer }) {
    const { all = options.allProfiles === true, profiles = [] } = options;
    const chosen = await chooseProfiles(ctx, { names: [...new Set([...names, ...profiles])], all });
    const reports = await printer.progress("checking keys", validateKeys(ctx, options, chosen));
    const remarks = reports.filter(({ message }) => message !== null);
    return list(reports.map(toRow), {
      notices: remarks.map(({ profile, message }) => `${profile}: ${message}`),
      exitCode: exitCodeOf(reports),
    });
  },
});
