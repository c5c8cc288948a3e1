import { parseWait } from "../../cli/arguments/duration.ts";
import { readUrgency } from "../../cli/arguments/list-options.ts";
import { defineCommand } from "../../cli/command.ts";
import { filterOptions, readFilter } from "../../cli/families/incident-filter.ts";
import { flag, oneOf, programs, text, value, valueOr } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { changeShape } from "../../incidents/changes.ts";
import { urgencies } from "../../model/incident.ts";

const asks = { name: "incidents watch", needs: "incidents", profiles: "own" } as const;

const minIntervalMs = 1000;

export const watch = defineCommand({
  name: "watch",
  summary: "Watch incidents: a table that stays up to date, or one line of JSON per change in a pipe",
  options: {
    ...filterOptions,
    interval: valueOr("duration", "time between two updates; longer when the server asks for it", readInterval, {
      value: 10_000,
      word: "10s",
    }),
    exec: text("command", "run this in a shell for each change, with its JSON on standard input", {
      completes: programs,
    }),
    bell: flag("ring the terminal's bell when something opens"),
    notify: value("urgency", "notify the desktop of what opens with this urgency or a higher one", readUrgency, {
      completes: oneOf(urgencies),
    }),
    untilEmpty: flag("end when nothing matches any more"),
  },
  asks: true,
  profiles: "own",
  output: changeShape,
  notes: `
At a terminal the table takes keys. The arrows move the mark. a acknowledges, r resolves after you confirm with y (--yes: at
once), u removes an acknowledgment, s snoozes, t assigns to you, c adds a comment; space selects several incidents for these.
/ shows only incidents with some words, tab shows the next of several profiles, enter shows the incident, o opens its page,
? lists all keys, q quits. No key is read with --no-input, in CI, and when standard input is no terminal.

The head shows how old the table is. From the first update that fails, or has no response when the next one is due, it is
NOT LIVE, in reverse video. Each profile that is not live has a line of its own. One that refuses the key is not asked
again.

--notify uses what the terminal has for it, else notify-send or osascript, which may sound for high alone.

A change is {"change": "opened" | "acknowledged" | "resolved" | "updated", "at": TIME, "profile": NAME, "incident": {...}}. What matches
at the start is not a change.`,
  examples: [
    "onduty incidents watch",
    "onduty incidents watch --urgency high --interval 30s --bell",
    "onduty incidents watch --all-profiles --notify high",
    "onduty incidents watch --service checkout | jq -r 'select(.change == \"opened\") | .incident.title'",
    "onduty incidents watch --status open --until-empty --exec 'cat >> changes.ndjson'",
  ],
  exitCodes: {
    ok: "left with q or Ctrl-C, or nothing matches any more (--until-empty)",
    usage: "usage",
    auth: "key",
    partial: "one of several profiles was not asked any more",
    no: "left with q before nothing matched (--until-empty)",
    interrupted: "Ctrl-C before nothing matched (--until-empty)",
  },
  async run({ ctx, options }) {
    const { watchIncidents } = await import("../../dashboard/watch.ts");
    const words = readFilter(options, ctx);
    const isNamed = options.allProfiles === true || (options.profiles ?? []).length > 1;
    const names = isNamed
      ? await (await import("../../cli/profiles-to-ask.ts")).profilesToAsk(asks, ctx, options)
      : undefined;
    await watchIncidents(ctx, names, options, words);
  },
});

function readInterval(given: string): number {
  const ms = parseWait(given);
  if (ms < minIntervalMs) throw usageError(`--interval ${given} is shorter than a second`, "--interval 10s");
  return ms;
}
