import { defineCommand } from "../../../cli/command.ts";
import { changeResult, checkWords, lacksOverrides, requireOverrides } from "../../../cli/families/overrides.ts";
import { ids, word } from "../../../cli/options.ts";
import { pick, readDirectory } from "../../../directory/resolve.ts";
import { removeOverride } from "../../../overrides/change.ts";
import { overrideShape } from "../../../overrides/shape.ts";

export const remove = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "Remove an override, or end it if it has begun",
  arguments: {
    schedule: word("schedule", "id or name", { completes: ids("schedules") }),
    id: word("id", "as the list of overrides shows it"),
  },
  needs: "directory",
  lacks: lacksOverrides,
  writes: true,
  undo: "schedules override add",
  output: overrideShape,
  examples: ["onduty schedules override remove primary Q1A2B3C4D5E6F7", "onduty schedules override list primary"],
  exitCodes: {
    ok: "removed",
    failure: "refused, or the schedule has changed",
    usage: "usage, or declined",
    network: "no response: it may have been removed",
    auth: "key",
    notFound: "no such schedule or override",
    partial: "removed, and not known whether that is in effect",
  },
  check: (_, { schedule, id }) => checkWords({ schedule, "id of the override": id }),
  async run({ ctx, args, options, printer, vendor }) {
    const able = await requireOverrides(vendor, args.schedule);
    const { id, name } = pick("schedule", args.schedule, await readDirectory(able, "schedules"));
    const tools = { ctx, printer, options, vendor: able };
    const changed = await removeOverride(tools, { id, name }, args.id.trim());
    return changeResult(changed, ctx, { ...options, removed: true });
  },
});
