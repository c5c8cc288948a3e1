import type { Command } from "commander";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, type ErrorKind, unsupported } from "../../errors.ts";
import type { IncidentAction, ItemOutcome, Outcome } from "../../model/incident.ts";
import type { Printer, Shape } from "../../output/printer.ts";
import { relativeTime } from "../../output/time.ts";
import { printDryRun } from "../dry-run.ts";
import { readIds } from "../ids.ts";

interface ActOptions extends GlobalOptions {
  note?: string;
}

/** A verb of `incidents` that takes ids: the command's name, and what a provider calls it. */
interface ActionCommand {
  name: string;
  alias?: string;
  verb: IncidentAction["verb"];
}

export function addIncidentsAction(parent: Command, ctx: Context, { name, alias, verb }: ActionCommand): void {
  const command = parent
    .command(name)
    .description(`${capital(verb)} incidents`)
    .argument("<id...>", "ids, or - to read them from standard input (lines, or JSON of `incidents list`)")
    .option("--note <text>", "comment to leave with it, where the vendor has comments")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents ${name} inc_1 inc_2
  onduty incidents list --status open --quiet | onduty incidents ${name} -

Exit codes: 0 all done, or were already, 2 usage, 3 no answer, 4 key, 5 not found, 6 rate limited, 7 some done and some not
`,
    )
    .action((ids: string[], _, self: Command) => actOnIncidents(ctx, ids, verb, self.optsWithGlobals<ActOptions>()));
  if (alias !== undefined) command.alias(alias);
}

export async function actOnIncidents(
  ctx: Context,
  words: string[],
  verb: IncidentAction["verb"],
  options: ActOptions,
): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(outcomeShape);
  const ids = await readIds(ctx.streams.in, words);
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const action: IncidentAction = options.note === undefined ? { verb } : { verb, note: options.note };
  const act = () => incidents.act(connection, ids, action);
  if (options.dryRun === true) return printDryRun(printer, connected, act);

  let outcomes: ItemOutcome[];
  try {
    outcomes = await printer.progress(`${verb} ${ids.length === 1 ? ids[0] : `${ids.length} incidents`}`, act());
  } catch (error) {
    throw error instanceof CliError ? couldNot(verb, ids, error) : error;
  }
  await printer.list([outcomes], outcomeShape);
  await tellReceipts(printer, outcomes, ctx.now());
  const failure = summarize(verb, outcomes);
  if (failure !== undefined) throw failure;
}

/** What an outcome that is not good means as an error; absent for good ones. */
const failureKinds: Partial<Record<Outcome, ErrorKind>> = {
  notFound: "notFound",
  forbidden: "auth",
  unauthorized: "auth",
  failed: "failure",
};

/** The error that a set of outcomes ends in: none, their own when all failed alike, `partial` when some went well. */
function summarize(verb: string, outcomes: ItemOutcome[]): CliError | undefined {
  // What was done, but not all of it, such as a note that did not get through, has an error too.
  const failed = outcomes.filter(({ outcome, error }) => failureKinds[outcome] !== undefined || error !== null);
  const [first] = failed;
  if (first === undefined) return undefined;
  const kindOf = ({ outcome }: ItemOutcome): ErrorKind => failureKinds[outcome] ?? "partial";
  if (outcomes.length === 1) return new CliError(kindOf(first), `could not ${verb} ${first.id}: ${first.error}`);
  const kinds = new Set(failed.map(kindOf));
  const some = failed.length < outcomes.length;
  return new CliError(
    some ? "partial" : kinds.size === 1 ? kindOf(first) : "failure",
    `could not ${verb} ${failed.length} of ${outcomes.length} incidents: ${first.error}`,
  );
}

function couldNot(verb: string, ids: string[], error: CliError): CliError {
  if (error.kind === "usage") return error;
  const what = ids.length === 1 ? ids[0] : `${ids.length} incidents`;
  const { hint, status, code, requestId, retryable, retryAfterMs } = error;
  return new CliError(error.kind, `could not ${verb} ${what}: ${error.message}`, {
    hint,
    status,
    code,
    requestId,
    retryable,
    retryAfterMs,
    cause: error,
  });
}

async function tellReceipts(printer: Printer, outcomes: ItemOutcome[], now: Date): Promise<void> {
  for (const { id, outcome, status, by, at } of outcomes) {
    if (outcome !== "already") continue;
    const who = by === null ? "" : ` by ${by}`;
    const when = at === null ? "" : ` ${relativeTime(at, now)}`;
    await printer.notice(`${id} was ${status ?? "done"} already${when === "" && who === "" ? "" : `:${when}${who}`}`);
  }
}

const outcomeShape: Shape<ItemOutcome> = {
  columns: [
    { header: "ID", value: (item) => item.id },
    {
      header: "OUTCOME",
      value: (item) => item.outcome,
      style: (text, item, color) => (failureKinds[item.outcome] === undefined ? color.green(text) : color.red(text)),
    },
    { header: "STATUS", value: (item) => item.status },
    { header: "BY", value: (item) => item.by, cut: 2 },
    { header: "SINCE", value: (item, now) => item.at && relativeTime(item.at, now), pipe: (item) => item.at, cut: 3 },
    { header: "ERROR", value: (item) => item.error, cut: 1 },
  ],
  fields: ["id", "outcome", "status", "by", "at", "error"],
  id: (item) => item.id,
};

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
