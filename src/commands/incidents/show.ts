import pMap from "p-map";
import { readIds } from "../../cli/arguments/ids.ts";
import { defineCommand } from "../../cli/command.ts";
import { incidentIds } from "../../cli/families/incident-ids.ts";
import { flag } from "../../cli/options.ts";
import { type FoundRunbooks, findRunbooks, runbookLines } from "../../content/runbooks.ts";
import { CliError, messageWithIds, unsupported } from "../../errors.ts";
import type { PageCanvas } from "../../incidents/page.ts";
import { incidentDetailShape } from "../../incidents/shape.ts";
import { readHistory, showAll, showOne } from "../../incidents/show.ts";
import { type IncidentDetails, incidentDetailFields } from "../../model/incident.ts";
import { loadColor, useColor } from "../../output/color.ts";
import { list, object, partly } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";
import { changeLines, changesBefore, type FoundChanges } from "../../reports/changes.ts";

const moreShape: Shape<IncidentDetails> = {
  ...incidentDetailShape,
  fields: [...incidentDetailFields, "changes", "runbooks"],
};

export const show = defineCommand({
  name: "show",
  summary: "Show incidents, one object for one id, a list for several",
  arguments: { words: incidentIds },
  needs: "incidents",
  options: {
    changes: flag("also what was deployed in the hour before it, where the vendor lists changes"),
    runbooks: flag(
      "also the runbooks of its service, of the profiles with content; at a terminal they are always shown",
    ),
  },
  output: incidentDetailShape,
  outputWith: { changes: moreShape, runbooks: moreShape },
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
    const ids = await readIds(ctx.streams.in, args.words, { profile: vendor.connection.profile.name });
    const [only] = ids;
    if (options.changes === true && vendor.provider.changes === undefined)
      throw unsupported(vendor.provider.name, "list of changes");
    const readMore = async ({ createdAt, service }: IncidentDetails): Promise<More> => {
      const [changes, runbooks] = await Promise.all([
        options.changes === true ? changesBefore(vendor, createdAt) : undefined,
        options.runbooks === true ? findRunbooks(ctx, service, options) : undefined,
      ]);
      return { ...(changes && { changes }), ...(runbooks && { runbooks }) };
    };
    const draw = async (incident: IncidentDetails, more: More): Promise<string> => {
      const { incidentPage } = await import("../../incidents/page.ts");
      const known = more.runbooks ?? findRunbooks(ctx, incident.service, options);
      const reading = Promise.all([readHistory(vendor, incident.id), known]);
      const [history, runbooks] = await printer.progress("reading its timeline", reading);
      const color = useColor({ color: options.color, env: ctx.env, isTTY: true }) ? await loadColor() : undefined;
      const canvas = {
        width: ctx.streams.out.columns,
        now: ctx.now(),
        tz: options.tz,
        ...(color && { bold: color.bold }),
      };
      return incidentPage(incident, history, canvas, sectionsOf({ ...more, runbooks }, canvas));
    };
    if (only !== undefined && ids.length === 1 && !args.words.includes("-")) {
      const incident = await printer.progress(`reading ${only}`, showOne(vendor, only));
      const more = await printer.progress("reading what belongs to it", readMore(incident));
      return object(withMore(incident, more), {
        ...partly(unknownOf([more])),
        ...(printer.isTTY && { drawn: () => draw(incident, more) }),
      });
    }
    const { found, errors } = await showAll(vendor, ids);
    const mores = await pMap(found, readMore, { concurrency: 4 });
    const rows = found.map((incident, at) => withMore(incident, mores[at] ?? {}));
    const [first] = errors;
    if (first === undefined) return list(rows, partly(unknownOf(mores)));
    const warnings = errors.map(({ id, error }) => `warning: ${id}: ${messageWithIds(error)}`);
    if (found.length === 0) {
      for (const line of warnings) await printer.warn(line);
      throw first.error;
    }
    const failure = new CliError("partial", `could not show ${errors.length} of ${ids.length} incidents`);
    return list(rows, { warnings: [...warnings, ...(partly(unknownOf(mores)).warnings ?? [])], failure });
  },
});

/** What belongs to an incident and is asked for besides it. */
interface More {
  changes?: FoundChanges;
  runbooks?: FoundRunbooks;
}

function withMore(incident: IncidentDetails, { changes, runbooks }: More): IncidentDetails {
  return { ...incident, ...(changes && { changes: changes.rows }), ...(runbooks && { runbooks: runbooks.rows }) };
}

function sectionsOf({ changes, runbooks }: More, { now, tz }: PageCanvas) {
  const lines = runbooks === undefined ? [] : runbookLines(runbooks);
  return [
    ...(lines.length === 0 ? [] : [{ title: "Runbooks", lines }]),
    ...(changes === undefined ? [] : [{ title: "Changes in the hour before", lines: changeLines(changes, now, tz) }]),
  ];
}

function unknownOf(all: readonly More[]): string | undefined {
  const changes = all.find((one) => one.changes?.unknown !== undefined)?.changes?.unknown;
  const runbooks = all.find((one) => one.runbooks?.unknown !== undefined)?.runbooks?.unknown;
  const reasons = [
    ...(changes === undefined ? [] : [`the changes before are not all known: ${changes}`]),
    ...(runbooks === undefined ? [] : [`the runbooks are not all known: ${runbooks}`]),
  ];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}
