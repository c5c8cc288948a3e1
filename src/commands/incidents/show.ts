import { readIds } from "../../cli/arguments/ids.ts";
import { defineCommand } from "../../cli/command.ts";
import { incidentIds } from "../../cli/families/incident-ids.ts";
import { CliError } from "../../errors.ts";
import { incidentDetailShape } from "../../incidents/shape.ts";
import { readHistory, showAll, showOne } from "../../incidents/show.ts";
import { list, object } from "../../output/result.ts";

export const show = defineCommand({
  name: "show",
  summary: "Show incidents, one object for one id, a list for several",
  arguments: { words: incidentIds },
  needs: "incidents",
  output: incidentDetailShape,
  examples: ["onduty incidents show inc_1", "onduty incidents list --quiet | onduty incidents show - --json"],
  exitCodes: {
    ok: "shown",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "not found",
    partial: "some shown and some not",
  },
  async run({ ctx, args, options, printer, vendor }) {
    const ids = await readIds(ctx.streams.in, args.words);
    const [only] = ids;
    if (only !== undefined && ids.length === 1 && !args.words.includes("-")) {
      const incident = await printer.progress(`reading ${only}`, showOne(vendor, only));
      const canvas = { width: ctx.streams.out.columns, now: ctx.now(), tz: options.tz };
      return object(incident, {
        text: async () => {
          const reading = printer.progress("reading its timeline", readHistory(vendor, incident.id));
          const [history, { incidentPage }] = await Promise.all([reading, import("../../incidents/page.ts")]);
          return incidentPage(incident, history, canvas);
        },
      });
    }
    const { found, errors } = await showAll(vendor, ids);
    const [first] = errors;
    if (first === undefined) return list(found);
    const warnings = errors.map(({ message }) => `warning: ${message}`);
    if (found.length === 0) {
      for (const line of warnings) await printer.warn(line);
      throw first;
    }
    const failure = new CliError("partial", `could not show ${errors.length} of ${ids.length} incidents`);
    return list(found, { warnings, failure });
  },
});
