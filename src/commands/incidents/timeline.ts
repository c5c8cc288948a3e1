import { defineCommand } from "../../cli/command.ts";
import { ids, word } from "../../cli/options.ts";
import type { TimelineEntry } from "../../model/incident.ts";
import { list, partly } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";
import { printedTime, shortClockTime } from "../../output/time.ts";

const timelineShape: Shape<TimelineEntry> = {
  columns: [
    {
      header: "AT",
      value: (entry, _, tz) => entry.at && printedTime(entry.at, tz),
      narrow: (entry, _, now, tz) => entry.at && shortClockTime(entry.at, now, tz),
      pipe: (entry) => entry.at,
    },
    { header: "TYPE", value: (entry) => entry.type, main: true },
    { header: "BY", value: (entry) => entry.by, cut: 2, leaves: 1 },
    { header: "TEXT", value: (entry) => entry.text, cut: 1 },
  ],
  fields: ["at", "type", "by", "text"],
  empty: "No timeline entries.",
};

export const timeline = defineCommand({
  name: "timeline",
  summary: "Show the history of an incident, oldest first",
  arguments: { id: word("id", "id of the incident", { completes: ids("incidents") }) },
  needs: "incidents",
  output: timelineShape,
  examples: ["onduty incidents timeline inc_1", "onduty incidents timeline inc_1 --json"],
  exitCodes: {
    ok: "shown",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "not found",
    partial: "shown, but not all names are known",
  },
  async run({ args, printer, vendor: { provider, connection } }) {
    const reading = provider.incidents.timeline(connection, args.id.trim());
    const { rows, unknown, notice } = await printer.progress(`reading ${args.id}`, reading);
    const end = partly(unknown);
    return list(rows, notice === undefined ? end : { ...end, warnings: [...(end.warnings ?? []), notice] });
  },
});
