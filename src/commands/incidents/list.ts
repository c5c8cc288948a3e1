import type { Command } from "commander";
import { Option } from "commander";
import { readLimit } from "../../cli/arguments/words.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context } from "../../context.ts";
import { ExitCode, unsupported } from "../../errors.ts";
import { addFilterOptions, type FilterOptions, readDates, toFilter } from "../../incidents/filter.ts";
import { incidentShape } from "../../incidents/shape.ts";
import { type IncidentSort, incidentSorts } from "../../model/incident.ts";
import { limitOf, printListing } from "../../output/listing.ts";

export interface ListOptions extends FilterOptions {
  sort: IncidentSort;
  order: "asc" | "desc";
  limit?: number;
  all?: boolean;
  exitStatus?: boolean;
}

/** Most incidents a list shows when nothing else is asked for. */
const defaultLimit = 50;

export function addIncidentsList(parent: Command, ctx: Context, run = listIncidents): void {
  const command = parent
    .command("list")
    .alias("ls")
    .description("List incidents, newest first; without --status those not resolved");
  addFilterOptions(command)
    .addOption(new Option("--sort <field>", "order by").choices(incidentSorts).default("created"))
    .addOption(new Option("--order <order>", "direction of the order").choices(["asc", "desc"]).default("desc"))
    .option("--limit <n>", `most incidents to list (default: ${defaultLimit})`, readLimit)
    .option("--all", "list every one")
    .option("--exit-status", "exit 9 when something matches, 0 when nothing does")
    .addHelpText("after", examples)
    .action((_, self: Command) => run(ctx, self.optsWithGlobals<ListOptions>()));
  declareTraits(command, { prints: incidentShape });
}

export async function listIncidents(ctx: Context, options: ListOptions): Promise<void> {
  const limit = limitOf(options, defaultLimit);
  const printer = ctx.printer(options);
  printer.check(incidentShape);
  const dates = readDates(ctx, options);
  const { provider, connection } = await ctx.connect(options);
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const filter = await toFilter({ provider, connection }, options, dates);
  // One more than is shown tells whether the list ends here.
  const pages = incidents.list(connection, { ...filter, sort: options.sort, order: options.order, limit: limit + 1 });
  const beyond = options.all === true ? "" : "; what matches may lie beyond";
  const listing = { limit, progress: "listing incidents", beyond };
  const { count, isComplete } = await printListing(printer, pages, incidentShape, listing);
  if (options.exitStatus === true && count > 0) ctx.exitCode = ExitCode.no;
  // None among those that could be seen is not none.
  else if (!isComplete && (count === 0 || options.all === true)) ctx.exitCode = ExitCode.partial;
}

const examples = `
Examples:
  onduty incidents list
  onduty incidents list --status open,ack --urgency high
  onduty incidents list --service checkout --since 2h --json
  onduty incidents list --status all --all --output ndjson

Exit codes: 0 listed, 2 usage, 3 no answer, 4 key, 6 rate limited, 7 not complete, and empty or asked for with --all, 9 --exit-status and something matches
`;
