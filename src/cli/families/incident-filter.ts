import type { Context, GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";
import type { FilterWords } from "../../incidents/filter.ts";
import { incidentStatuses, urgencies } from "../../model/incident.ts";
import { readQuery, readStatuses, readUrgencies } from "../arguments/list-options.ts";
import { readNameValue } from "../arguments/name-value.ts";
import { parseTime } from "../arguments/point-in-time.ts";
import type { OptionValues } from "../command.ts";
import { flag, ids, oneOf, text, texts, value } from "../options.ts";

/** The filters that `incidents list` has in common with the commands that work on what it lists. */
export const filterOptions = {
  status: value("status", `${incidentStatuses.join(", ")} or all; may be repeated`, readStatuses, {
    repeatable: true,
    completes: oneOf([...incidentStatuses, "all"], { several: true }),
  }),
  urgency: value("urgency", "high, medium or low; may be repeated", readUrgencies, {
    repeatable: true,
    completes: oneOf(urgencies, { several: true }),
  }),
  service: texts("id|name", "only of this service; may be repeated", { completes: ids("services") }),
  team: text("id|name", "only of this team", { completes: ids("teams") }),
  assignee: text("id|name|me", "only what this person has", { completes: ids("users", "me") }),
  mine: flag("the same as --assignee me"),
  ackedBy: text("id|name|me", "only what this person has acknowledged, where the vendor shows it", {
    completes: ids("users", "me"),
  }),
  label: value("name=value", "only with this label, where the vendor has labels; may be repeated", collectLabel, {
    repeatable: true,
  }),
  muted: flag("only those of which an alert was silenced, where the vendor shows it"),
  since: text("time", "created at or after: 2h, yesterday, 2024-01-15 10:30"),
  until: text("time", "created before"),
  query: value("text", "only with this text in title or description, and where else the vendor searches", readQuery),
} as const;

export type FilterOptions = OptionValues<typeof filterOptions> & GlobalOptions;

/** A variable that is not set must not look like "no incidents". @throws {CliError} `usage` on no value, and on a second one */
function collectLabel(given: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, wanted] = readNameValue(given, "label").map((part) => part.trim());
  if (!name || !wanted) throw usageError(`the label "${name}" has no value`, `--label ${name}=VALUE`);
  if (Object.hasOwn(before, name)) throw usageError(`the label "${name}" is given twice`, `--label ${name}=${wanted}`);
  return Object.fromEntries([...Object.entries(before), [name, wanted]]);
}

/** The filter of a command line, its times read. @throws {CliError} `usage` on times that cannot be read, or that nothing can lie between */
export function readFilter(options: FilterOptions, ctx: Context): FilterWords {
  const { status, urgency, service, team, query, mine, ackedBy, label, muted } = options;
  if (mine === true && options.assignee !== undefined) throw usageError("--mine and --assignee exclude each other");
  const assignee = mine === true ? "me" : options.assignee;
  const since = options.since === undefined ? undefined : parseTime(options.since, ctx.now(), options.tz);
  // Nothing can match, and an empty list would look like an all-clear. The usual cause is a wrong time zone.
  if (since !== undefined && since.getTime() > ctx.now().getTime() + 60_000)
    throw usageError(`--since ${options.since} is in the future, at ${since.toISOString()}`, "--since 2h");
  const until = options.until === undefined ? undefined : parseTime(options.until, ctx.now(), options.tz);
  if (since !== undefined && until !== undefined && since >= until)
    throw usageError(`--since ${options.since} is not before --until ${options.until}`);
  return {
    ...(status !== undefined && { status }),
    ...(urgency !== undefined && { urgency }),
    ...(service !== undefined && { service }),
    ...(team !== undefined && { team }),
    ...(assignee !== undefined && { assignee }),
    ...(query !== undefined && { query }),
    ...(ackedBy !== undefined && { ackedBy }),
    ...(label !== undefined && { labels: label }),
    ...(muted === true && { muted }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
