import { readPastSpan } from "../cli/arguments/past-span.ts";
import { defineCommand } from "../cli/command.ts";
import { choiceOr, text } from "../cli/options.ts";
import { askProfiles } from "../cli/several-profiles.ts";
import { ExitCode } from "../errors.ts";
import { count as countOf } from "../model/text.ts";
import { checkFields } from "../output/fields.ts";
import { wrapText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { list, object, type ResultEnd } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import { printedTime } from "../output/time.ts";
import { incidentsBetween, withPast } from "../reports/incidents.ts";
import { countStats, groupFields, groupings, type Stats, statsFields } from "../reports/stats.ts";
import { groupShape, heatMap } from "../reports/stats-text.ts";

const statsShape: Shape<Stats> = { columns: [], fields: statsFields };
/** Of the whole and of its groups: which of them may be asked for depends on the format. */
const eitherShape: Shape<object> = { columns: [], fields: [...statsFields, ...groupFields] };

const asks = { name: "stats", needs: "incidents", profiles: "own" } as const;

export const stats = defineCommand({
  ...asks,
  summary: "Count incidents, and how long it took to acknowledge and resolve them",
  options: {
    since: text("time", "created at or after", { defaultWord: "2w" }),
    until: text("time", "created before", { defaultWord: "now" }),
    by: choiceOr("group", "what to group by", groupings, "service"),
  },
  output: eitherShape,
  notes: `
Counted from the list of incidents; times are seconds in JSON. An incident with several people counts for each of them with
--by user. JSON has \`complete: false\` where a vendor does not list all, which is exit 7. Formats of rows and columns print
the groups.`,
  examples: ["onduty stats", "onduty stats --since 30d --by user", "onduty stats --by hour --tz Europe/Berlin --json"],
  exitCodes: {
    ok: "counted",
    usage: "usage",
    network: "no response",
    auth: "key",
    partial: "not complete",
  },
  check(options, _, ctx) {
    checkFields(options.fields ?? [], isForRows(ctx.printer(options)) ? groupFields : statsFields);
    readPastSpan(options, ctx.now(), defaultMs);
  },
  async run({ ctx, options, printer }) {
    const { since, until } = readPastSpan(options, ctx.now(), defaultMs);
    const asking = askProfiles(asks, ctx, options, async (connected) =>
      withPast(connected, await incidentsBetween(connected, since, until)),
    );
    const { answers, end } = await printer.progress("counting incidents", asking);
    const cut = answers.flatMap(({ profile, answer: { truncated } }) =>
      truncated === undefined ? [] : [`warning: these numbers are not complete: ${profile}: ${truncated}`],
    );
    const complete = cut.length === 0 && end.exitCode === undefined;
    const incidents = answers.flatMap(({ answer }) => answer.incidents);
    const report = countStats(incidents, { since, until, by: options.by, tz: options.tz, complete });
    const ending: ResultEnd = {
      notices: answers.flatMap(({ profile, answer }) => answer.notices.map((notice) => `${profile}: ${notice}`)),
      warnings: [...(end.warnings ?? []), ...cut],
      exitCode: complete ? undefined : ExitCode.partial,
    };
    if (isForRows(printer)) return list(report.groups, { shape: groupShape(options.by), ...ending });
    const { columns } = ctx.streams.out;
    return object(report, {
      shape: statsShape,
      ...ending,
      drawn: () => draw(report, incidents.length, printer, { tz: options.tz, columns }),
    });
  },
});

/** Formats of rows and columns give the groups. */
function isForRows({ format, isTTY }: Pick<Printer, "format" | "isTTY">): boolean {
  return format === "csv" || format === "tsv" || format === "markdown" || (format === "table" && !isTTY);
}

async function draw(
  report: Stats,
  count: number,
  printer: Printer,
  { tz, columns }: { tz: string | undefined; columns: number },
): Promise<string> {
  const known = report.complete ? "" : ", NOT COMPLETE";
  const head = `${countOf(count, "incident")} from ${printedTime(report.since, tz)} to ${printedTime(report.until, tz)}${known}`;
  const lines = wrapText(head, columns);
  if (count === 0) return lines.join("\n");
  const table = await printer.render(report.groups, groupShape(report.by));
  return [...lines, "", ...heatMap(report), "", table].join("\n");
}

const defaultMs = 14 * 86_400_000;
