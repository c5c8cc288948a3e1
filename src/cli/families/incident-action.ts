import type { Context, GlobalOptions, Vendor } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { actOn, type Targets } from "../../incidents/act.ts";
import type { ActionKind } from "../../incidents/action.ts";
import { hasFilter, statusWords, unresolved } from "../../incidents/filter.ts";
import { outcomeShape } from "../../incidents/outcome.ts";
import type { IncidentAction, IncidentStatus } from "../../model/incident.ts";
import { readIds } from "../arguments/ids.ts";
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
  check?(options: Given<Options>): void;
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
      own.check?.(options as Given<Options>);
      checkTargets(own, words, options, ctx);
    },
    async run({ ctx, args, options, printer, vendor }) {
      const targets = await readTargets(filters, args.words, options, ctx);
      const action = await own.action(options as Given<Options>, vendor);
      return actOn({ ctx, vendor, printer, options }, kind, targets, action);
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

async function readTargets(
  filters: boolean,
  words: readonly string[],
  options: FilterOptions,
  ctx: Context,
): Promise<Targets> {
  if (words.length > 0) return { ids: await readIds(ctx.streams.in, words) };
  const filter = filters ? readFilter(options, ctx) : {};
  return hasFilter(filter) ? { filter } : { pickFrom: filter };
}
