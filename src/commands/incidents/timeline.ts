import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { unsupported } from "../../errors.ts";
import type { TimelineEntry } from "../../model/incident.ts";
import type { Shape } from "../../output/shape.ts";
import { printedTime } from "../../output/time.ts";

export function addIncidentsTimeline(parent: Command, ctx: Context): void {
  const command = parent
    .command("timeline")
    .description("Say what happened to an incident, oldest first, as far as the vendor tells")
    .argument("<id>", "id of the incident")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents timeline inc_1
  onduty incidents timeline inc_1 --json

Exit codes: 0 told, 2 usage, 3 no answer, 4 key, 5 not found
`,
    )
    .action((id: string, _, self: Command) => showTimeline(ctx, id, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: shapeFor(undefined) });
}

async function showTimeline(ctx: Context, id: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  const shape = shapeFor(options.tz);
  printer.check(shape);
  const { provider, connection } = await ctx.connect(options);
  if (provider.incidents === undefined) throw unsupported(provider.name, "incidents");
  const entries = await printer.progress(`reading ${id}`, provider.incidents.timeline(connection, id.trim()));
  await printer.list([entries], shape);
}

function shapeFor(tz: string | undefined): Shape<TimelineEntry> {
  return {
    columns: [
      { header: "AT", value: (entry) => entry.at && printedTime(entry.at, tz), pipe: (entry) => entry.at },
      { header: "TYPE", value: (entry) => entry.type },
      { header: "BY", value: (entry) => entry.by, cut: 2 },
      { header: "TEXT", value: (entry) => entry.text, cut: 1 },
    ],
    fields: ["at", "type", "by", "text"],
    empty: "Nothing is told of this incident.",
  };
}
