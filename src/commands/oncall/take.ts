import { defineCommand } from "../../cli/command.ts";
import {
  changeResult,
  checkWords,
  findStandIn,
  lacksOverrides,
  requireOverrides,
  spanOfOverride,
} from "../../cli/families/overrides.ts";
import { readLength } from "../../cli/families/shifts.ts";
import { ids, optionalWord, textOr, valueOr } from "../../cli/options.ts";
import { addOverride } from "../../overrides/change.ts";
import { overrideShape } from "../../overrides/shape.ts";
import { scheduleToTake } from "../../overrides/take.ts";

export const take = defineCommand({
  name: "take",
  summary: "Take over on call from now on, for a time",
  arguments: {
    schedule: optionalWord("schedule", "id or name; without it the only one, or the only one that you are in", {
      completes: ids("schedules"),
    }),
  },
  options: {
    for: valueOr("duration", "how long", readLength, { value: 7_200_000, word: "2h" }),
    user: textOr("user", "who takes over: id, e-mail address, name or me", "me", { completes: ids("users", "me") }),
  },
  needs: "directory",
  lacks: lacksOverrides,
  writes: true,
  undo: "schedules override remove",
  output: overrideShape,
  notes: `
It shows who is on call in that time and asks. In a script it needs --yes. When the schedule changes while it asks, nothing
is changed. For a later time: \`onduty schedules override add\`.`,
  examples: [
    "onduty oncall take",
    "onduty oncall take primary --for 4h",
    "onduty oncall take primary --user grace --yes",
  ],
  exitCodes: {
    ok: "on call",
    failure: "refused, or the schedule has changed",
    usage: "usage, declined, or on call already",
    network: "no response: it may have been added",
    auth: "key",
    notFound: "no such schedule or person",
    partial: "added, and not known whether it is in effect",
  },
  check: ({ user }, { schedule }) => checkWords({ user, schedule }),
  async run({ ctx, args, options, printer, vendor }) {
    const able = await requireOverrides(vendor, args.schedule);
    const user = await printer.progress("looking for the person", findStandIn(able, options.user));
    const tools = { ctx, printer, options, vendor: able };
    const schedule = await scheduleToTake(tools, args.schedule, user);
    const span = spanOfOverride({ for: options.for }, ctx);
    return changeResult(await addOverride(tools, schedule, { user, ...span }), ctx, options);
  },
});
