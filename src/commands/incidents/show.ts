import type { Command } from "commander";
import { readIds } from "../../cli/arguments/ids.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported } from "../../errors.ts";
import { incidentShape } from "../../incidents/shape.ts";
import type { Incident } from "../../model/incident.ts";

export function addIncidentsShow(parent: Command, ctx: Context, run = showIncidents): void {
  const command = parent
    .command("show")
    .description("Show incidents, one object for one id, a list for several")
    .argument("<id...>", "ids, or - to read them from standard input")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents show inc_1
  onduty incidents list --quiet | onduty incidents show - --json

Exit codes: 0 shown, 2 usage, 3 no answer, 4 key, 5 not found, 7 some shown and some not
`,
    )
    .action((ids: string[], _, self: Command) => run(ctx, ids, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: incidentShape });
}

export async function showIncidents(ctx: Context, words: string[], options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(incidentShape);
  const ids = await readIds(ctx.streams.in, words);
  const { provider, connection } = await ctx.connect(options);
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const [only] = ids;
  if (only !== undefined && ids.length === 1 && !words.includes("-")) {
    const incident = await printer.progress(`reading ${only}`, incidents.show(connection, only));
    return printer.object(incident, incidentShape);
  }
  const found: Incident[] = [];
  const failures: { id: string; error: CliError }[] = [];
  for (const id of ids) {
    try {
      found.push(await incidents.show(connection, id));
    } catch (error) {
      // Only what concerns this id leaves hope for the next one.
      if (!(error instanceof CliError) || (error.kind !== "notFound" && error.status !== 403)) throw error;
      failures.push({ id, error });
    }
  }
  if (found.length > 0 || failures.length === 0) await printer.list([found], incidentShape);
  for (const { error } of failures) await printer.warn(`warning: ${error.message}`);
  const [first] = failures;
  if (first === undefined) return;
  if (found.length === 0) throw first.error;
  throw new CliError("partial", `could not show ${failures.length} of ${ids.length} incidents`);
}
