import type { Command } from "commander";
import { readIds } from "../cli/arguments/ids.ts";
import { declareTraits } from "../cli/traits.ts";
import type { Context } from "../context.ts";
import { unsupported, usageError } from "../errors.ts";
import type { ActionCommand, ActOptions } from "./action.ts";
import { chooseByFilter, pickByHand } from "./choose.ts";
import { addFilterOptions, type FilterOptions, hasFilter, readDates, statusWords, unresolved } from "./filter.ts";
import { act, nameIds, outcomeShape, printOutcomes, summarize, tellReceipts, tryOut } from "./outcome.ts";

export function addIncidentsAction<Options extends ActOptions>(
  parent: Command,
  ctx: Context,
  spec: ActionCommand<Options>,
): void {
  const { name, alias, description, filters = true, actsOn = unresolved, filterExample = "" } = spec;
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
    `onduty incidents list --status ${actsOn[0]} --quiet | onduty incidents ${name} -${spec.examples?.[0] ?? ""}`,
    ...(filters
      ? [`onduty incidents ${name} --service checkout --urgency low${filterExample} --yes${spec.examples?.[0] ?? ""}`]
      : []),
  ];
  const picking = filters
    ? `\nFilters without --status match ${statusWords(actsOn)} incidents.\nWithout ids and filters a terminal lists those, and asks which.\n`
    : "";
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
  declareTraits(command, { writes: true, prints: outcomeShape });
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
  if (byFilter) spec.checkFilter?.(filter);
  const dates = filter === undefined ? {} : readDates(ctx, filter);
  const given = words.length === 0 ? undefined : await readIds(ctx.streams.in, words);
  const connected = await ctx.connect(options);
  const { incidents, name } = connected.provider;
  if (incidents === undefined) throw unsupported(name, "incidents");
  const action = await spec.action(options, connected);
  incidents.check(action);
  const { ids, incomplete } =
    given === undefined && filter !== undefined
      ? await (byHand ? pickByHand : chooseByFilter)(ctx, connected, spec, filter, dates)
      : { ids: given ?? [], incomplete: undefined };
  if (ids.length === 0) return;
  if (options.dryRun === true) {
    await tryOut(printer, connected, verb, () => incidents.act(connected.connection, ids, action));
    if (incomplete !== undefined) throw incomplete;
    return;
  }

  const outcomes = await printer.progress(`${verb} ${nameIds(ids)}`, act(connected, ids, action, verb));
  await printOutcomes(printer, outcomes);
  await tellReceipts(printer, verb, outcomes, ctx.now());
  const failure = summarize(verb, outcomes) ?? incomplete;
  if (failure !== undefined) throw failure;
}
