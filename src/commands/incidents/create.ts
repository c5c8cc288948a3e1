import { readUrgency } from "../../cli/arguments/list-options.ts";
import { readAll } from "../../cli/arguments/stdin.ts";
import { defineCommand } from "../../cli/command.ts";
import { fieldOption } from "../../cli/families/incident-form.ts";
import { ids, oneOf, text, texts, valueOr, word } from "../../cli/options.ts";
import { findAssignees, serviceId } from "../../directory/resolve.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { mayHaveHappened } from "../../incidents/outcome.ts";
import { incidentShape } from "../../incidents/shape.ts";
import { forProfile, quoteWord } from "../../model/command-line.ts";
import { type NewIncident, type Urgency, urgencies } from "../../model/incident.ts";
import { object } from "../../output/result.ts";

export const create = defineCommand({
  name: "create",
  summary: "Open an incident by hand",
  arguments: { title: word("title", "what is wrong, in one line") },
  joinsWords: true,
  options: {
    urgency: valueOr<Urgency>(
      "urgency",
      "high, medium or low",
      readUrgency,
      { value: "high", word: "high" },
      { completes: oneOf(urgencies) },
    ),
    service: text("id|name", "what is concerned", { defaultNote: "from the profile", completes: ids("services") }),
    description: text("text", "description; - reads it from standard input"),
    priority: text("priority", "the vendor's own word, where it has priorities"),
    ...fieldOption,
    assign: texts("user", "id, e-mail address, name or me; may be repeated where the vendor takes several", {
      completes: ids("users", "me"),
    }),
  },
  needs: "incidents",
  writes: true,
  output: incidentShape,
  examples: [
    'onduty incidents create "Payments fail in eu-west" --service checkout',
    'onduty incidents create "Disk full" --urgency low --assign me --json',
    './report.sh | onduty incidents create "Nightly report" --description -',
  ],
  exitCodes: {
    ok: "created",
    failure: "refused",
    usage: "usage",
    network: "no response: it may have been created",
    auth: "key",
    partial: "created but not assigned",
  },
  check(_, { title }) {
    if (title.trim() === "") throw usageError("the title is empty", 'onduty incidents create "what is wrong"');
  },
  async run({ ctx, args, options, printer, vendor }) {
    const title = args.title.trim();
    const description = options.description === "-" ? (await readAll(ctx.streams.in)).trim() : options.description;
    const { priority } = options;
    vendor.provider.incidents.checkNew?.({
      title,
      urgency: options.urgency,
      ...(description !== undefined && { description }),
      ...(priority !== undefined && { priority }),
    });
    if (options.field !== undefined && vendor.provider.incidents.takesForms !== true)
      throw unsupported(vendor.provider.name, "custom fields of incidents");
    const assignees = await findAssignees(vendor, options.assign ?? []);
    const service = await serviceId(vendor, options.service);
    const incident: NewIncident = {
      title,
      urgency: options.urgency,
      ...(service !== undefined && { service }),
      ...(description !== undefined && { description }),
      ...(priority !== undefined && { priority }),
      ...(assignees.length > 0 && { assignees }),
      ...(options.field !== undefined && { fields: options.field }),
    };
    const creating = vendor.provider.incidents.create(vendor.connection, incident);
    const { notice, ...made } = await printer.progress("creating the incident", creating).catch((error: unknown) => {
      const look = forProfile(
        `onduty incidents list --since 10m --query ${quoteWord(title)}`,
        vendor.connection.profile,
      );
      throw error instanceof CliError ? mayHaveHappened(error, "created", look) : error;
    });
    const warnings = notice === undefined ? [] : [`warning: ${notice}`];
    return object(made, { warnings, done: { what: `incident ${made.id} was created, but` } });
  },
});
