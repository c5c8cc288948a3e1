import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { readDuration } from "../../cli/arguments/duration.ts";
import { collectCustomField, readUrgency } from "../../cli/arguments/words.ts";
import type { Context } from "../../context.ts";
import { findAssignee } from "../../directory/resolve.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { addIncidentsAction } from "../../incidents/act.ts";
import type { ActionCommand, ActOptions } from "../../incidents/action.ts";
import type { IncidentChange, IncidentStatus, StatusVerb } from "../../model/incident.ts";

/** Registers the commands that change incidents. */
export function addIncidentsActions(incidents: Command, ctx: Context): void {
  addStatusActions(incidents, ctx);
  addSnooze(incidents, ctx);
  addAssign(incidents, ctx);
  addUpdate(incidents, ctx);
}

function addStatusActions(incidents: Command, ctx: Context): void {
  type Own = Partial<Pick<ActionCommand<ActOptions>, "alias" | "actsOn" | "checkFilter" | "filterExample">>;
  const status = (name: string, verb: StatusVerb, description: string, own: Own = {}): void =>
    addIncidentsAction<ActOptions>(incidents, ctx, {
      name,
      verb,
      description,
      ...own,
      action: ({ note }) => ({ verb, ...(note !== undefined && { note }) }),
    });
  status("ack", "acknowledge", "Acknowledge incidents: say that somebody is on it", {
    alias: "acknowledge",
    actsOn: ["open"],
  });
  status("unack", "unacknowledge", "Take back an acknowledgement", {
    alias: "unacknowledge",
    actsOn: ["acknowledged"],
  });
  status("resolve", "resolve", "Resolve incidents");
  status("reopen", "reopen", "Reopen incidents that are resolved, snoozed or suppressed", {
    actsOn: reopenable,
    filterExample: " --since 1d",
    checkFilter: boundReopening,
  });
  status("suppress", "suppress", "Suppress incidents, where the vendor can", { actsOn: silenceable });
}

/** Who snoozes or suppresses what is so already wants something of it, and says --status. */
const silenceable = ["open", "acknowledged"] as const;
const reopenable = ["resolved", "snoozed", "suppressed"] as const;

/** What was resolved goes back to the beginning; opened again all at once it would page whoever had it. */
function boundReopening({
  status = reopenable,
  since,
}: Readonly<{ status?: readonly IncidentStatus[]; since?: string }>): void {
  if (since !== undefined || !status.includes("resolved")) return;
  throw usageError(
    "among what was resolved, at any time, filters choose only with --since",
    "--since 1d, or --status snoozed,suppressed",
  );
}

interface SnoozeOptions extends ActOptions {
  /** Milliseconds. */
  for?: number;
}

function addSnooze(incidents: Command, ctx: Context): void {
  addIncidentsAction<SnoozeOptions>(incidents, ctx, {
    name: "snooze",
    verb: "snooze",
    description: "Silence incidents for a while",
    actsOn: silenceable,
    declare: (command) =>
      command.option("--for <duration>", "how long, such as 30m or 2h (default: as the vendor does)", readSnooze),
    action: ({ note, for: forMs }) => ({
      verb: "snooze",
      ...(forMs !== undefined && { forMs }),
      ...(note !== undefined && { note }),
    }),
  });
}

function readSnooze(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError("Expected a duration above 0, such as 30m or 2h.");
  return ms;
}

interface AssignOptions extends ActOptions {
  to?: string;
  add?: boolean;
  escalate?: boolean;
}

function addAssign(incidents: Command, ctx: Context): void {
  addIncidentsAction<AssignOptions>(incidents, ctx, {
    name: "assign",
    verb: "assign",
    description: "Give incidents to somebody, or to the next level of their escalation",
    declare: (command) =>
      command
        .option("--to <user>", "id, e-mail address, name or me; none takes it away from whoever has it")
        .option("--add", "call in this person beside those who have it, where the vendor can")
        .option("--escalate", "to the next level of its escalation rule, where the vendor can"),
    examples: [" --to me", " --escalate"],
    check({ to, add, escalate }) {
      if ((to === undefined) === (escalate !== true))
        throw usageError("assign takes --to USER or --escalate, one of them", "--to me");
      if (to?.trim() === "") throw usageError("--to names nobody", "--to me");
      if (add === true && (to === undefined || isNobody(to)))
        throw usageError("--add calls somebody in: --to says whom", "--to USER --add");
    },
    async action({ to, add, note }, vendor) {
      if (vendor.provider.incidents === undefined) throw unsupported(vendor.provider.name, "incidents");
      const said = note === undefined ? {} : { note };
      if (to === undefined) return { verb: "escalate", ...said };
      const person = isNobody(to) ? null : await findGiven(to, vendor);
      return { verb: "assign", to: person, ...(add === true && { add }), ...said };
    },
  });
}

function isNobody(word: string): boolean {
  return word.toLowerCase() === "none";
}

/** A person that does not exist is a slip of the command line, as a missing one is. */
async function findGiven(to: string, vendor: Parameters<typeof findAssignee>[0]): ReturnType<typeof findAssignee> {
  try {
    return await findAssignee(vendor, to);
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw usageError(error.message, "onduty users list");
  }
}

type UpdateOptions = ActOptions & Omit<IncidentChange, "fields"> & { field?: Record<string, unknown> };

function addUpdate(incidents: Command, ctx: Context): void {
  addIncidentsAction<UpdateOptions>(incidents, ctx, {
    name: "update",
    verb: "update",
    description: "Change urgency, priority, title, description or custom fields, as far as the vendor can",
    filters: false,
    declare: (command) =>
      command
        .option("--urgency <urgency>", "high, medium or low", readUrgency)
        .option("--priority <priority>", "the vendor's own word")
        .option("--title <text>", "new title")
        .option("--description <text>", "new description")
        .option(
          "--field <name=value>",
          "a custom field, where the vendor has them; may be repeated",
          collectCustomField,
        ),
    examples: [" --urgency high"],
    check(options) {
      if (Object.keys(changeOf(options)).length === 0)
        throw usageError("nothing says what to change", "--urgency high");
      if (options.title?.trim() === "") throw usageError("the title is empty", "--title TEXT");
    },
    action: (options) => ({
      verb: "update",
      change: changeOf(options),
      ...(options.note !== undefined && { note: options.note }),
    }),
  });
}

function changeOf({ title, description, priority, urgency, field }: UpdateOptions): IncidentChange {
  return {
    ...(field !== undefined && { fields: field }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(urgency !== undefined && { urgency }),
  };
}
