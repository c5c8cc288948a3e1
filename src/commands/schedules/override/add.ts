import { defineCommand } from "../../../cli/command.ts";
import {
  changeResult,
  checkWords,
  findStandIn,
  lacksOverrides,
  requireOverrides,
  spanOfOverride,
} from "../../../cli/families/overrides.ts";
import { readLength } from "../../../cli/families/shifts.ts";
import { ids, requiredText, text, value, word } from "../../../cli/options.ts";
import { pick, readDirectory } from "../../../directory/resolve.ts";
import { addOverride } from "../../../overrides/change.ts";
import { overrideShape } from "../../../overrides/shape.ts";

export const add = defineCommand({
  name: "add",
  summary: "Put a person on call on a schedule, for a time",
  arguments: { schedule: word("schedule", "id or name", { completes: ids("schedules") }) },
  options: {
    user: requiredText("user", "who: id, e-mail address, name or me", { completes: ids("users", "me") }),
    from: text("time", "from when", { defaultWord: "now" }),
    until: text("time", "until when"),
    for: value("duration", "instead of --until: how long", readLength),
  },
  needs: "directory",
  lacks: lacksOverrides,
  writes: true,
  undo: "schedules override remove",
  output: overrideShape,
  notes: `
It shows who is on call in that time and asks. In a script it needs --yes. When the schedule changes while it asks, nothing
is changed.`,
  examples: [
    "onduty schedules override add primary --user grace --for 2h",
    'onduty schedules override add primary --user me --from "tomorrow 18:00" --until "tomorrow 22:00" --yes',
  ],
  exitCodes: {
    ok: "added",
    failure: "refused, or the schedule has changed",
    usage: "usage, declined, or on call already",
    network: "no response: it may have been added",
    auth: "key",
    notFound: "no such schedule or person",
    partial: "added, and not known whether it is in effect",
  },
  check(options, { schedule }, ctx) {
    checkWords({ schedule, user: options.user });
    spanOfOverride(options, ctx);
  },
  async run({ ctx, args, options, printer, vendor }) {
    const able = await requireOverrides(vendor, args.schedule);
    const { id, name } = pick("schedule", args.schedule, await readDirectory(able, "schedules"));
    const user = await printer.progress("looking for the person", findStandIn(able, options.user));
    const wanted = { user, ...spanOfOverride(options, ctx) };
    return changeResult(await addOverride({ ctx, printer, options, vendor: able }, { id, name }, wanted), ctx, options);
  },
});
