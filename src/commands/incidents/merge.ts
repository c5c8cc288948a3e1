import type { Command } from "commander";
import { readIds } from "../../cli/arguments/ids.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { couldNot, mayHaveHappened, outcomeShape, printOutcomes, summarize, tryOut } from "../../incidents/outcome.ts";

interface MergeOptions extends GlobalOptions {
  /** Required by the command line. */
  into: string;
  note?: string;
}

export function addIncidentsMerge(parent: Command, ctx: Context): void {
  const command = parent
    .command("merge")
    .description("Merge incidents into another one, which cannot be undone; where the vendor can")
    .argument("<source...>", "ids, or - to read them from standard input")
    .requiredOption("--into <id>", "the incident that stays")
    .option("--note <text>", "comment to leave with it")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents merge inc_2 inc_3 --into inc_1
  onduty incidents list --query checkout --quiet | onduty incidents merge - --into inc_1

Exit codes: 0 merged, 1 refused, 2 usage, 3 no answer, 4 key, 5 not found, 7 some merged and some not
`,
    )
    .action((words: string[], _, self: Command) => merge(ctx, words, self.optsWithGlobals<MergeOptions>()));
  declareTraits(command, { writes: true, prints: outcomeShape });
}

async function merge(ctx: Context, words: string[], options: MergeOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(outcomeShape);
  const into = options.into.trim();
  if (into === "") throw usageError("--into names no incident", "--into ID");
  const sources = await readIds(ctx.streams.in, words);
  const itself = sources.find((id) => id.toLowerCase() === into.toLowerCase());
  if (itself !== undefined) throw usageError(`"${itself}" cannot be merged into itself`, "leave it out of the sources");
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const { merge: mergeIncidents } = incidents;
  if (mergeIncidents === undefined) throw unsupported(provider.name, "way to merge incidents");
  const work = () => mergeIncidents(connection, sources, into, options.note);
  if (options.dryRun === true) return tryOut(printer, connected, "merge", work);
  const outcomes = await printer.progress("merging", work()).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    throw mayHaveHappened(couldNot("merge", sources, error), "merged", `onduty incidents timeline ${into}`);
  });
  await printOutcomes(printer, outcomes);
  const failure = summarize("merge", outcomes);
  if (failure !== undefined) throw failure;
}
