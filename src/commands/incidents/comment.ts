import type { Command } from "commander";
import { readAll, readIds } from "../../cli/arguments/ids.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { couldNot, mayHaveHappened, outcomeShape, printOutcomes, summarize, tryOut } from "../../incidents/outcome.ts";

interface CommentOptions extends GlobalOptions {
  note?: string;
}

export function addIncidentsComment(parent: Command, ctx: Context): void {
  const command = parent
    .command("comment")
    .description("Add a comment to incidents, where the vendor has comments")
    .argument("<words...>", "ids, then the text unless --note gives it; - as the text reads standard input")
    .option("--note <text>", "the text; all words are ids then")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents comment inc_1 "Rolled back, watching it"
  onduty incidents comment inc_1 inc_2 --note "Same cause"
  ./report.sh | onduty incidents comment inc_1 -

Exit codes: 0 added, 1 refused, 2 usage, 3 no answer: it may have been added, 4 key, 5 not found, 7 some added and some not
`,
    )
    .action((words: string[], _, self: Command) => comment(ctx, words, self.optsWithGlobals<CommentOptions>()));
  declareTraits(command, { writes: true, prints: outcomeShape });
}

async function comment(ctx: Context, words: string[], options: CommentOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(outcomeShape);
  const told = options.note ?? words.at(-1) ?? "";
  const targets = options.note === undefined ? words.slice(0, -1) : words;
  if (targets.length === 0)
    throw usageError("a comment needs an incident and a text", 'onduty incidents comment ID "text"');
  if (told === "-" && targets.includes("-")) throw usageError("ids and text cannot both come from standard input");
  const note = (told === "-" ? await readAll(ctx.streams.in) : told).trim();
  if (note === "") throw usageError("the comment is empty", 'onduty incidents comment ID "text"');
  const ids = await readIds(ctx.streams.in, targets);
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const action = { verb: "comment", note } as const;
  incidents.check(action);
  const act = () => incidents.act(connection, ids, action);
  if (options.dryRun === true) return tryOut(printer, connected, "comment on", act);
  const outcomes = await printer.progress("commenting", act()).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    throw mayHaveHappened(couldNot("comment on", ids, error), "added", `onduty incidents timeline ${ids[0]}`);
  });
  await printOutcomes(printer, outcomes);
  const failure = summarize("comment on", outcomes);
  if (failure !== undefined) throw failure;
}
