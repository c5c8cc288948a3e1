import type { Command } from "commander";
import { parseTime } from "../cli/arguments/point-in-time.ts";
import { readQuery, readStatuses, readUrgencies } from "../cli/arguments/words.ts";
import type { Connected, Context, GlobalOptions } from "../context.ts";
import { findService, findTeam, findUser } from "../directory/resolve.ts";
import { usageError } from "../errors.ts";
import { type IncidentFilter, type IncidentStatus, incidentStatuses, type Urgency } from "../model/incident.ts";

export interface FilterOptions extends GlobalOptions {
  status?: IncidentStatus[];
  urgency?: Urgency[];
  service?: string[];
  team?: string;
  assignee?: string;
  since?: string;
  until?: string;
  query?: string;
}

export const unresolved: readonly IncidentStatus[] = incidentStatuses.filter((status) => status !== "resolved");

/** Declares the filters that `list` has in common with the commands that work on what it lists. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--status <status>", `${incidentStatuses.join(", ")} or all; may be repeated`, readStatuses)
    .option("--urgency <urgency>", "high, medium or low; may be repeated", readUrgencies)
    .option("--service <id|name>", "only of this service; may be repeated", (text, before: string[] = []) => [
      ...before,
      text,
    ])
    .option("--team <id|name>", "only of this team")
    .option("--assignee <id|name|me>", "only what this person has")
    .option("--since <time>", "created at or after: 2h, yesterday, 2024-01-15 10:30")
    .option("--until <time>", "created before")
    .option("--query <text>", "only with this text in title or description", readQuery);
}

/** Whether any filter is given. */
export function hasFilter(options: FilterOptions): boolean {
  const { status, urgency, service, team, assignee, since, until, query } = options;
  return [status, urgency, service, team, assignee, since, until, query].some((value) => value !== undefined);
}

/** What they are called in front of "incidents": `open or acknowledged`, `unresolved`; nothing for every status. */
export function statusWords(statuses: readonly IncidentStatus[]): string {
  const among = incidentStatuses.filter((status) => statuses.includes(status));
  if (among.length === incidentStatuses.length) return "";
  if (among.length === unresolved.length && !among.includes("resolved")) return "unresolved";
  return among.length === 1 ? among.join("") : `${among.slice(0, -1).join(", ")} or ${among.at(-1)}`;
}

/** @throws {CliError} `usage` on times that cannot be read, or that nothing can lie between */
export function readDates(ctx: Context, options: FilterOptions): Pick<IncidentFilter, "since" | "until"> {
  const since = options.since === undefined ? undefined : parseTime(options.since, ctx.now(), options.tz);
  // Nothing can match, and that would look as if all were well; most often the zone is another than was thought.
  if (since !== undefined && since.getTime() > ctx.now().getTime() + 60_000)
    throw usageError(`--since ${options.since} is in the future, at ${since.toISOString()}`, "--since 2h");
  const until = options.until === undefined ? undefined : parseTime(options.until, ctx.now(), options.tz);
  if (since !== undefined && until !== undefined && since >= until) {
    throw usageError(`--since ${options.since} is not before --until ${options.until}`);
  }
  return { ...(since && { since }), ...(until && { until }) };
}

/** The filter that options describe, names in it resolved to ids. */
export async function toFilter(
  connected: Pick<Connected, "provider" | "connection">,
  options: FilterOptions,
  dates: Pick<IncidentFilter, "since" | "until">,
): Promise<Omit<IncidentFilter, "sort" | "order" | "limit">> {
  const services: string[] = [];
  for (const word of options.service ?? []) services.push((await findService(connected, word)).id);
  const assignee = options.assignee === undefined ? undefined : (await findUser(connected, options.assignee)).id;
  const team = options.team === undefined ? undefined : (await findTeam(connected, options.team)).id;
  const statuses = options.status ?? unresolved;
  return {
    statuses: statuses.length === incidentStatuses.length ? [] : [...statuses],
    urgencies: options.urgency ?? [],
    services,
    ...dates,
    ...(team !== undefined && { team }),
    ...(assignee !== undefined && { assignee }),
    ...(options.query !== undefined && { query: options.query }),
  };
}
