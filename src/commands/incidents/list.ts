import type { Command } from "commander";
import { Option } from "commander";
import type { Context } from "../../context.ts";
import { ExitCode, unsupported, usageError } from "../../errors.ts";
import { type Incident, type IncidentSort, incidentSorts, type Page } from "../../model/incident.ts";
import type { Printer } from "../../output/printer.ts";
import { declareTraits } from "../traits.ts";
import { addFilterOptions, type FilterOptions, readDates, toFilter } from "./filter.ts";
import { incidentShape } from "./shape.ts";
import { readLimit } from "./words.ts";

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
  if (options.all === true && options.limit !== undefined) throw usageError("--all and --limit exclude each other");
  const printer = ctx.printer(options);
  printer.check(incidentShape);
  const limit = options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? defaultLimit);
  const dates = readDates(ctx, options);
  const { provider, connection } = await ctx.connect(options);
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const filter = await toFilter({ provider, connection }, options, dates);

  const told = { truncated: "", notices: new Set<string>(), total: undefined as number | undefined, more: false };
  // One more than is shown tells whether the list ends here.
  const pages = incidents.list(connection, { ...filter, sort: options.sort, order: options.order, limit: limit + 1 });
  const rows = take(pages, limit, told);
  // Whether an empty list says that nothing matches is known only when all of it has come.
  const { empty, ...shape } = incidentShape;
  const work = printer.list(rows, shape);
  const count = await printer.progress("listing incidents", work);
  if (count === 0 && told.truncated === "" && printer.format === "table") await printer.notice(empty);
  await tellRest(printer, told, count, options);
  if (options.exitStatus === true && count > 0) ctx.exitCode = ExitCode.no;
  else if (told.truncated !== "" && (options.all === true || options.exitStatus === true))
    ctx.exitCode = ExitCode.partial;
}

interface Told {
  truncated: string;
  notices: Set<string>;
  total: number | undefined;
  more: boolean;
}

/** Passes on at most `limit` rows, and keeps what the pages told besides. */
async function* take(pages: AsyncIterable<Page<Incident>>, limit: number, told: Told): AsyncIterable<Incident[]> {
  let left = limit;
  for await (const page of pages) {
    told.total ??= page.total;
    if (page.truncated !== undefined) told.truncated = page.truncated;
    if (page.notice !== undefined) told.notices.add(page.notice);
    if (page.rows.length > left) told.more = true;
    const rows = page.rows.slice(0, left);
    left -= rows.length;
    yield rows;
    if (told.more) return;
  }
}

async function tellRest(printer: Printer, told: Told, count: number, options: ListOptions): Promise<void> {
  for (const notice of told.notices) await printer.notice(notice);
  if (told.more) {
    const of = told.total !== undefined && told.total > count ? ` of ${told.total}` : "";
    await printer.notice(
      `showing ${of === "" ? `the first ${count}; there are more` : `${count}${of}`}; --all for every one`,
    );
  } else if (told.truncated !== "") {
    const more = options.all === true ? "" : "; what matches may lie beyond";
    await printer.warn(`warning: this list is not complete: ${told.truncated}${more}`);
  }
}

const examples = `
Examples:
  onduty incidents list
  onduty incidents list --status open,ack --urgency high
  onduty incidents list --service checkout --since 2h --json
  onduty incidents list --status all --all --output ndjson

Exit codes: 0 listed, 2 usage, 3 no answer, 4 key, 6 rate limited, 7 --all but not complete, 9 --exit-status and something matches
`;
