import { defineCommand } from "../../cli/command.ts";
import { ids, optionalWord } from "../../cli/options.ts";
import { list } from "../../output/result.ts";
import { listSettings, settingShape } from "../../profiles/rows.ts";

export const show = defineCommand({
  name: "show",
  summary: "Show each value of a profile and where it comes from; keys are masked",
  arguments: {
    name: optionalWord("name", "profile; without it, the one that is used now", { completes: ids("profiles") }),
  },
  output: settingShape,
  examples: ["onduty profiles show", "onduty profiles show prod --json"],
  exitCodes: { ok: "shown", usage: "usage" },
  async run({ ctx, args: { name }, options }) {
    return list(await (name === undefined ? listSettings(ctx, options.profile) : listSettings(ctx, name, "argument")));
  },
});
