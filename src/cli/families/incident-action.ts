import { type Context, type GlobalOptions, requireCapability, type Vendor } from "../../context.ts";
import { CliError, isInterrupt, usageError } from "../../errors.ts";
import { actOn, type Targets } from "../../incidents/act.ts";
import type { ActionKind } from "../../incidents/action.ts";
import { hasFilter, statusWords } from "../../incidents/filter.ts";
import { outcomeShape } from "../../incidents/outcome.ts";
import { type IncidentAction, type IncidentStatus, type ItemOutcome, unresolved } from "../../model/incident.ts";
import { attempt } from "../../output/dry-run.ts";
import { type ListResult, list } from "../../output/result.ts";
import { withIdWords } from "../../providers/id-words.ts";
import { type IdRow, otherProfile, readIdRows } from "../arguments/ids.ts";
import { type CommandDefinition, defineCommand, type OptionSet, type OptionValues } from "../command.ts";
import { text } from "../options.ts";
import { type FilterOptions, filterOptions, readFilter } from "./incident-filter.ts";
import { incidentIds, optionalIncidentIds } from "./incident-ids.ts";

/* The commands that change incidents are alike: by ids, by what filters match, or picked by hand. */

/** Options of every one of them. */
const noteOption = { note: text("text", "comment to leave with it, where the vendor has comments") };

type Given<Options> = OptionValues<Options> & { note?: string } & GlobalOptions;

/** How these commands differ. */
interface IncidentActionDefinition<Options extends OptionSet> {
  name: string;
  aliases?: readonly string[];
  /** As in "could not acknowledge inc_1". */
  verb: string;
  summary: string;
  /** See `CommandDefinition`. */
  undo?: string;
  /** Its own, in front of the filters. */
  options?: Options;
  /** False for a command whose own options leave no place for filters. */
  filters?: false;
  /** Statuses it does something to, which filters match when none is given; without it what is not resolved. */
  actsOn?: readonly IncidentStatus[];
  /** Options that its examples are given: ` --to me`. */
  exampleOptions?: string;
  /** What to type when no incidents are given; default: ids or filters. */
  hint?: string;
  /** A filter that its examples cannot do without. */
  exampleFilter?: string;
  /** @throws {CliError} `usage` */
  check?(options: Given<Options>, ids: readonly string[]): void;
  /** Checks filters that choose by themselves. @throws {CliError} `usage` */
  checkFilter?(options: FilterOptions): void;
  action(options: Given<Options>, vendor: Vendor<"incidents">): IncidentAction | Promise<IncidentAction>;
}

// biome-ignore lint/suspicious/noExplicitAny: the types of `run` are internal to this file.
type ActionCommand = CommandDefinition<any, any, "incidents">;

export function defineIncidentAction<const Options extends OptionSet = Record<never, never>>(
  own: IncidentActionDefinition<Options>,
): ActionCommand {
  const { name, verb, actsOn = unresolved, exampleOptions = "", exampleFilter = "" } = own;
  const filters = own.filters !== false;
  const kind: ActionKind = { command: name, verb, actsOn };
  const idCompletion = actsOn.includes("resolved") ? "resolved" : "incidents";
  return defineCommand({
    name,
    ...(own.aliases !== undefined && { aliases: own.aliases }),
    summary: own.summary,
    arguments: { words: filters ? optionalIncidentIds(idCompletion) : incidentIds },
    options: { ...own.options, ...noteOption, ...(filters ? filterOptions : {}) },
    needs: "incidents",
    writes: true,
    ...(own.undo !== undefined && { undo: own.undo }),
    output: outcomeShape,
    ...(filters && {
      notes: `Filters without --status match ${statusWords(actsOn)} incidents.\nWithout ids and filters a terminal lists those, and asks which.`,
    }),
    examples: [
      `onduty incidents ${name} inc_1 inc_2${exampleOptions}`,
      `onduty incidents list --status ${actsOn[0]} --quiet | onduty incidents ${name} -${exampleOptions}`,
      ...(filters
        ? [`onduty incidents ${name} --service checkout --urgency low${exampleFilter} --yes${exampleOptions}`]
        : []),
    ],
    exitCodes: {
      ok: "all done, or were already",
      usage: "usage",
      network: "no response",
      auth: "key",
      notFound: "not found",
      rateLimited: "rate limited",
      partial: "some done and some not",
    },
    check(options, { words }, ctx) {
      own.check?.(options as Given<Options>, words);
      checkTargets(own, words, options, ctx);
    },
    async run({ ctx, args, options, printer, vendor }) {
      const tools = { ctx, printer, options };
      const act = async (at: Vendor<"incidents">, targets: Targets) =>
        actOn({ ...tools, vendor: at }, kind, targets, await own.action(options as Given<Options>, at));
      if (args.words.length === 0) return act(vendor, readTargets(filters, options, ctx));
      const ids = byProfile(await readIdRows(ctx.streams.in, args.words), vendor, options);
      if (ids.size === 1 && ids.has(vendor.connection.profile.name))
        return act(vendor, { ids: [...ids.values()].flat() });
      return actAtEach(ids, vendor, tools, (at, own) => act(at, { ids: own }));
    },
  });
}

/** @throws {CliError} `usage` if the incidents are chosen in no way, or in two ways at once */
function checkTargets<Options extends OptionSet>(
  { name, verb, filters, hint, checkFilter }: IncidentActionDefinition<Options>,
  words: readonly string[],
  options: FilterOptions,
  ctx: Context,
): void {
  const takesFilters = filters !== false;
  const byFilter = takesFilters && hasFilter(readFilter(options, ctx));
  if (words.length === 0 && !byFilter && !canPick(takesFilters, options, ctx)) {
    throw usageError(
      `no incidents given to ${verb}`,
      hint ?? `onduty incidents ${name} ID, or filters such as --service NAME`,
    );
  }
  if (words.length > 0 && byFilter) throw usageError("use either IDs or filters", `onduty incidents ${name} ID`);
  if (byFilter) checkFilter?.(options);
}

function canPick(filters: boolean, options: GlobalOptions, ctx: Context): boolean {
  return filters && options.yes !== true && ctx.canAsk(options);
}

/** The ids of each profile: of the one that their rows name, else of the one that is asked. @throws {CliError} `usage` */
function byProfile(
  rows: readonly IdRow[],
  { connection }: Vendor<"incidents">,
  { profile: named }: GlobalOptions,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const asked = connection.profile.name;
    const { profile = asked, id } = row;
    if (profile !== asked && named !== undefined) throw otherProfile(row, asked);
    const ids = found.get(profile) ?? [];
    found.set(profile, ids.includes(id) ? ids : [...ids, id]);
  }
  return found;
}

/** Acts at each of the profiles, and makes one result of their outcomes. */
async function actAtEach(
  ids: ReadonlyMap<string, string[]>,
  vendor: Vendor<"incidents">,
  { ctx, options }: { ctx: Context; options: GlobalOptions },
  act: (at: Vendor<"incidents">, ids: string[]) => Promise<ListResult<ItemOutcome>>,
): Promise<ListResult<ItemOutcome>> {
  // An unknown profile among them is no reason to have acted at the others.
  const vendors = await Promise.all(
    [...ids.keys()].map(async (profile) =>
      profile === vendor.connection.profile.name
        ? vendor
        : withIdWords(requireCapability(await ctx.connect({ ...options, profile }), "incidents")),
    ),
  );
  const results: ListResult<ItemOutcome>[] = [];
  const failures: CliError[] = [];
  for (const at of vendors) {
    try {
      // With --dry-run the command prints the requests of its own connection: those of the others come to them.
      const { result, requests } = await attempt(at, () => act(at, ids.get(at.connection.profile.name) ?? []));
      if (at !== vendor) vendor.dryRequests.push(...requests);
      if (result === undefined) continue;
      results.push(result);
      if (result.failure instanceof CliError) failures.push(result.failure);
    } catch (error) {
      if (!(error instanceof CliError) || isInterrupt(error)) throw error;
      failures.push(error.reworded(`${at.connection.profile.name}: ${error.message}`));
    }
  }
  const [first, ...others] = failures;
  const rows = results.flatMap((result) => result.rows);
  const isAll = failures.length === vendors.length && others.every(({ kind }) => kind === first?.kind);
  return list(rows, {
    notices: results.flatMap(({ notices = [] }) => notices),
    warnings: [
      ...results.flatMap(({ warnings = [] }) => warnings),
      ...others.map(({ message }) => `warning: ${message}`),
    ],
    failure: first === undefined || isAll ? first : new CliError("partial", first.message, { hint: first.hint }),
    done: { what: "what was done", lines: rows.map(({ id, outcome }) => `${id}: ${outcome}`) },
  });
}

function readTargets(filters: boolean, options: FilterOptions, ctx: Context): Targets {
  const filter = filters ? readFilter(options, ctx) : {};
  return hasFilter(filter) ? { filter } : { pickFrom: filter };
}
