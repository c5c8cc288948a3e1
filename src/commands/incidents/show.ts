import pMap from "p-map";
import { readIds } from "../../cli/arguments/ids.ts";
import { defineCommand } from "../../cli/command.ts";
import { incidentIds } from "../../cli/families/incident-ids.ts";
import { flag } from "../../cli/options.ts";
import { CliError, unsupported } from "../../errors.ts";
import type { PageCanvas } from "../../incidents/page.ts";
import { incidentDetailShape } from "../../incidents/shape.ts";
import { readHistory, showAll, showOne } from "../../incidents/show.ts";
import { type IncidentDetails, incidentDetailFields } from "../../model/incident.ts";
import { list, object, partly } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";
import { changeLines, changesBefore, type FoundChanges } from "../../reports/changes.ts";

const incidentChangesShape: Shape<IncidentDetails> = {
  ...incidentDetailShape,
  fields: [...incidentDetailFields, "changes"],
};

export const show = defineCommand({
  name: "show",
  summary: "Show incidents, one object for one id, a list for several",
  arguments: { words: incidentIds },
  needs: "incidents",
  options: { changes: flag("also what was deployed in the hour before it, where the vendor lists changes") },
  output: incidentDetailShape,
  outputWith: { changes: incidentChangesShape },
  examples: [
    "onduty incidents show inc_1",
    "onduty incidents show inc_1 --changes",
    "onduty incidents list --quiet | onduty incidents show - --json",
  ],
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
    const withChanges = options.changes === true;
    if (withChanges && vendor.provider.changes === undefined)
      throw unsupported(vendor.provider.name, "list of changes");
    const before = ({ createdAt }: IncidentDetails): Promise<FoundChanges> => changesBefore(vendor, createdAt);
    if (only !== undefined && ids.length === 1 && !args.words.includes("-")) {
      const incident = await printer.progress(`reading ${only}`, showOne(vendor, only));
      const changes = withChanges ? await printer.progress("reading changes", before(incident)) : undefined;
      const canvas = { width: ctx.streams.out.columns, now: ctx.now(), tz: options.tz };
      const sections = changes === undefined ? [] : [sectionOf(changes, canvas)];
      return object(
        { ...incident, ...(changes !== undefined && { changes: changes.rows }) },
        {
          ...partly(unknownOf(changes === undefined ? [] : [changes])),
          text: async () => {
            const { incidentPage } = await import("../../incidents/page.ts");
            const history = await printer.progress("reading its timeline", readHistory(vendor, incident.id));
            return incidentPage(incident, history, canvas, sections);
          },
        },
      );
    }
    const { found, errors } = await showAll(vendor, ids);
    const changes = withChanges ? await pMap(found, before, { concurrency: 4 }) : [];
    const rows = found.map((incident, at) => ({
      ...incident,
      ...(withChanges && { changes: changes[at]?.rows ?? [] }),
    }));
    const [first] = errors;
    if (first === undefined) return list(rows, partly(unknownOf(changes)));
    const warnings = errors.map(({ message }) => `warning: ${message}`);
    if (found.length === 0) {
      for (const line of warnings) await printer.warn(line);
      throw first;
    }
    const failure = new CliError("partial", `could not show ${errors.length} of ${ids.length} incidents`);
    return list(rows, { warnings: [...warnings, ...(partly(unknownOf(changes)).warnings ?? [])], failure });
  },
});

function sectionOf(changes: FoundChanges, { now, tz }: PageCanvas) {
  return { title: "Changes in the hour before", lines: changeLines(changes, now, tz) };
}

function unknownOf(changes: readonly FoundChanges[]): string | undefined {
  const unknown = changes.find((one) => one.unknown !== undefined)?.unknown;
  return unknown === undefined ? undefined : `the changes before are not all known: ${unknown}`;
}
