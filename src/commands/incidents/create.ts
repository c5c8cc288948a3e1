import type { Command } from "commander";
import { readAll } from "../../cli/arguments/ids.ts";
import { readUrgency } from "../../cli/arguments/words.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { findAssignee, findService } from "../../directory/resolve.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { mayHaveHappened } from "../../incidents/outcome.ts";
import { incidentShape } from "../../incidents/shape.ts";
import type { NewIncident, Urgency } from "../../model/incident.ts";
import { printDryRun } from "../../output/dry-run.ts";
import { notPrinted } from "../../output/not-printed.ts";

interface CreateOptions extends GlobalOptions {
  urgency: Urgency;
  service?: string;
  description?: string;
  priority?: string;
  assign?: string;
}

export function addIncidentsCreate(parent: Command, ctx: Context): void {
  const command = parent
    .command("create")
    .description("Open an incident by hand")
    .argument("<title>", "what is wrong, in one line")
    .option("--urgency <urgency>", "high, medium or low", readUrgency, "high")
    .option("--service <id|name>", "what is concerned (default: of the profile)")
    .option("--description <text>", "more to know; - reads it from standard input")
    .option("--priority <priority>", "the vendor's own word, where it has priorities")
    .option("--assign <user>", "id, e-mail address, name or me")
    .addHelpText(
      "after",
      `
Examples:
  onduty incidents create "Payments fail in eu-west" --service checkout
  onduty incidents create "Disk full" --urgency low --assign me --json
  ./report.sh | onduty incidents create "Nightly report" --description -

Exit codes: 0 created, 1 refused, 2 usage, 3 no answer: it may have been created, 4 key, 7 created but not assigned
`,
    )
    .action((title: string, _, self: Command) => createIncident(ctx, title, self.optsWithGlobals<CreateOptions>()));
  declareTraits(command, { writes: true, prints: incidentShape });
}

async function createIncident(ctx: Context, given: string, options: CreateOptions): Promise<void> {
  const title = given.trim();
  if (title === "") throw usageError("the title is empty", 'onduty incidents create "what is wrong"');
  const printer = ctx.printer(options);
  printer.check(incidentShape);
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const description = options.description === "-" ? (await readAll(ctx.streams.in)).trim() : options.description;
  const service = options.service === undefined ? undefined : (await findService(connected, options.service)).id;
  const assignee = options.assign === undefined ? undefined : await findAssignee(connected, options.assign);
  const incident: NewIncident = {
    title,
    urgency: options.urgency,
    ...(service !== undefined && { service }),
    ...(description !== undefined && { description }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(assignee !== undefined && { assignee }),
  };
  const create = () => incidents.create(connection, incident);
  if (options.dryRun === true) {
    await printDryRun(printer, connected, create);
    return;
  }
  const made = await printer.progress("creating the incident", create()).catch((error: unknown) => {
    const look = `onduty incidents list --since 10m --query '${title.replaceAll("'", "'\\''")}'`;
    throw error instanceof CliError ? mayHaveHappened(error, "created", look) : error;
  });
  await printer.object(made, incidentShape).catch((error: unknown) => {
    throw notPrinted(error, `incident ${made.id} was created, but`);
  });
}
