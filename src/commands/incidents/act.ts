import type { Command } from "commander";
import type { Connected, Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import type { Incident, IncidentAction, ItemOutcome } from "../../model/incident.ts";
import type { Printer } from "../../output/printer.ts";
import { readIds } from "../ids.ts";
import { addFilterOptions, type FilterOptions, hasFilter, readDates, toFilter } from "./filter.ts";
import { couldNot, outcomeShape, printOutcomes, summarize, tellReceipts, tryOut } from "./outcome.ts";
import { incidentShape } from "./shape.ts";

export interface ActOptions extends GlobalOptions {
  note?: string;
}

/** A command that changes incidents by id, or those that filters match. */
export interface ActionCommand<Options extends ActOptions> {
  /** As in `incidents ack`. */
  name: string;
  alias?: string;
  /** As in "could not acknowledge inc_1". */
  verb: string;
  description: string;
  /** Declares options of its own, in front of the filters. */
  declare?(command: Command): Command;
  /** False for a command whose own options leave no place for filters. */
  filters?: boolean;
  /** Statuses that filters match when none is given; without it what is not resolved. */
  defaultStatus?: FilterOptions["status"];
  /** Further examples. */
  examples?: string[];
  /** Checks the options before anything is asked. @throws {CliError} `usage` */
  check?(options: Options): void;
  action(options: Options, vendor: Connected): IncidentAction | Promise<IncidentAction>;
}

export function addIncidentsAction<Options extends ActOptions>(
  parent: Command,
  ctx: Context,
  spec: ActionCommand<Options>,
): void {
  const { name, alias, description, filters = true } = spec;
  const command = parent
    .command(name)
    .description(description)
    .argument(
      filters ? "[id...]" : "<id...>",
      "ids, or - to read them from standard input (lines, or JSON of `incidents list`)",
    );
  spec.declare?.(command);
  command.option("--note <text>", "comment to leave with it, where the vendor has comments");
  if (filters) addFilterOptions(command);
  const examples = [
    `onduty incidents ${name} inc_1 inc_2${spec.examples?.[0] ?? ""}`,
    `onduty incidents list --status open --quiet | onduty incidents ${name} -${spec.examples?.[0] ?? ""}`,
    ...(filters ? [`onduty incidents ${name} --service checkout --urgency low --yes${spec.examples?.[0] ?? ""}`] : []),
  ];
  const picking = filters ? "\nWithout ids and filters a terminal lists what there is, and asks which.\n" : "";
  command
    .addHelpText(
      "after",
      `${picking}
Examples:
${examples.map((line) => `  ${line}`).join("\n")}

Exit codes: 0 all done, or were already, 2 usage, 3 no answer, 4 key, 5 not found, 6 rate limited, 7 some done and some not
`,
    )
    .action((ids: string[], _, self: Command) =>
      actOnIncidents(ctx, ids, spec, {
        options: self.optsWithGlobals<Options>(),
        filter: filters ? self.optsWithGlobals<FilterOptions>() : undefined,
      }),
    );
  if (alias !== undefined) command.alias(alias);
}

async function actOnIncidents<Options extends ActOptions>(
  ctx: Context,
  words: string[],
  spec: ActionCommand<Options>,
  { options, filter }: { options: Options; filter: FilterOptions | undefined },
): Promise<void> {
  const { verb } = spec;
  const printer = ctx.printer(options);
  printer.check(outcomeShape);
  spec.check?.(options);
  const byFilter = filter !== undefined && hasFilter(filter);
  const byHand = words.length === 0 && !byFilter && filter !== undefined && options.yes !== true && ctx.canAsk(options);
  if (words.length === 0 && !byFilter && !byHand) {
    throw usageError(
      `nothing says which incidents to ${verb}`,
      `onduty incidents ${spec.name} ID, or filters such as --service NAME`,
    );
  }
  if (words.length > 0 && byFilter)
    throw usageError("ids and filters exclude each other", `onduty incidents ${spec.name} ID`);
  const dates = filter === undefined ? {} : readDates(ctx, filter);
  const given = words.length === 0 ? undefined : await readIds(ctx.streams.in, words);
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const action = await spec.action(options, connected);
  incidents.check(action);
  const { ids, incomplete } =
    given === undefined && filter !== undefined
      ? await (byHand ? pickByHand : chooseByFilter)(ctx, connected, spec, filter, dates)
      : { ids: given ?? [], incomplete: undefined };
  if (ids.length === 0) return;
  const act = () => incidents.act(connection, ids, action);
  if (options.dryRun === true) {
    await tryOut(printer, connected, verb, act);
    if (incomplete !== undefined) throw incomplete;
    return;
  }

  let outcomes: ItemOutcome[];
  try {
    outcomes = await printer.progress(`${verb} ${ids.length === 1 ? ids[0] : `${ids.length} incidents`}`, act());
  } catch (error) {
    throw error instanceof CliError ? couldNot(verb, ids, error) : error;
  }
  await printOutcomes(printer, outcomes);
  await tellReceipts(printer, verb, outcomes, ctx.now());
  const failure = summarize(verb, outcomes) ?? incomplete;
  if (failure !== undefined) throw failure;
}

interface Chosen {
  ids: string[];
  /** When more may match than could be listed. */
  incomplete: CliError | undefined;
}

/** Most incidents among which one picks by hand. */
const mostToPick = 50;

interface Found {
  incidents: Incident[];
  truncated: string | undefined;
}

/** What filters match, the newest first; says when the vendor does not list all of it. */
async function findMatching<Options extends ActOptions>(
  vendor: Connected,
  printer: Printer,
  { defaultStatus }: ActionCommand<Options>,
  options: FilterOptions,
  dates: ReturnType<typeof readDates>,
  limit: number,
): Promise<Found> {
  const status = options.status ?? defaultStatus;
  const filter = await toFilter(vendor, { ...options, ...(status !== undefined && { status }) }, dates);
  const found: Found = { incidents: [], truncated: undefined };
  const wanted = { ...filter, sort: "created", order: "desc", limit } as const;
  for await (const page of vendor.provider.incidents?.list(vendor.connection, wanted) ?? []) {
    found.incidents.push(...page.rows);
    found.truncated = page.truncated ?? found.truncated;
    if (page.notice !== undefined) await printer.notice(page.notice);
  }
  const { truncated } = found;
  if (truncated !== undefined) await printer.warn(`warning: this list is not complete: ${truncated}`);
  if (found.incidents.length > 0) return found;
  // Nothing to do is only known when all of them were seen.
  if (truncated !== undefined) throw new CliError("partial", "nothing matches among those that could be listed");
  await printer.notice("No incidents match.");
  await printer.list([[]], outcomeShape);
  return found;
}

/** The ids that filters match, once they were shown and agreed to. */
async function chooseByFilter<Options extends ActOptions>(
  ctx: Context,
  vendor: Connected,
  spec: ActionCommand<Options>,
  options: FilterOptions,
  dates: ReturnType<typeof readDates>,
): Promise<Chosen> {
  const printer = ctx.printer(options);
  const found = await findMatching(vendor, printer, spec, options, dates, Number.POSITIVE_INFINITY);
  const { incidents, truncated } = found;
  const ids = incidents.map(({ id }) => id);
  const incomplete =
    truncated === undefined
      ? undefined
      : new CliError("partial", `more incidents may match than could be listed: ${truncated}`);
  if (ids.length === 0 || options.dryRun === true) return { ids, incomplete };
  if (options.yes !== true) await printer.warn(await printer.render(incidents, incidentShape));
  const what = ids.length === 1 ? "1 incident" : `${ids.length} incidents`;
  const again = `onduty incidents ${spec.name} --yes, with the same filters`;
  const agreed = await ctx.confirm(`${capital(spec.verb)} ${what}?`, options, again);
  if (!agreed) throw new CliError("usage", "nothing was changed");
  return { ids, incomplete };
}

/** The ids that somebody at a terminal picks from a list. */
async function pickByHand<Options extends ActOptions>(
  ctx: Context,
  vendor: Connected,
  spec: ActionCommand<Options>,
  options: FilterOptions,
  dates: ReturnType<typeof readDates>,
): Promise<Chosen> {
  const printer = ctx.printer(options);
  const found = await findMatching(vendor, printer, spec, options, dates, mostToPick + 1);
  const incidents = found.incidents.slice(0, mostToPick);
  if (incidents.length === 0) return { ids: [], incomplete: undefined };
  const number = { header: "#", value: (row: Incident) => String(incidents.indexOf(row) + 1) };
  await printer.warn(
    await printer.render(incidents, { ...incidentShape, columns: [number, ...incidentShape.columns] }),
  );
  if (found.incidents.length > mostToPick)
    await printer.notice(`these are the newest ${mostToPick}; ids or filters reach the others`);
  const answer = await ctx.ask(`${capital(spec.verb)} which? Numbers such as 1 3-5, or all`, {
    ...options,
    hint: `onduty incidents ${spec.name} ID`,
  });
  const picked = readNumbers(answer, incidents.length);
  if (picked.length === 0) throw new CliError("usage", "nothing was changed");
  return { ids: picked.flatMap((at) => incidents[at - 1]?.id ?? []), incomplete: undefined };
}

/** Numbers from 1 to `most`, each once, of `1 3-5`, `2,4` or `all`. @throws {CliError} `usage` */
function readNumbers(text: string, most: number): number[] {
  if (text.toLowerCase() === "all") return Array.from({ length: most }, (_, index) => index + 1);
  const picked = new Set<number>();
  for (const word of text.split(/[\s,]+/).filter((one) => one !== "")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= 1 && to >= from && to <= most))
      throw usageError(`"${word}" is not a number from 1 to ${most}; nothing was changed`);
    for (let at = from; at <= to; at += 1) picked.add(at);
  }
  return [...picked];
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
