import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page, Reference } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText } from "../wire.ts";
import { pagesByNumber } from "./pages.ts";
import { isDeleted, toId } from "./wire.ts";

/** Services are channels, and users are members, in the vendor's words. */
const routes = {
  services: "POST /channel/list",
  schedules: "POST /schedule/list",
  users: "POST /member/list",
  teams: "POST /team/list",
} as const;

/** See `Provider.directory`. */
export async function* listDirectory<Name extends DirectoryName>(
  connection: Connection,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  const http = await connection.http();
  for await (const { rows, ...totals } of pagesByNumber(http, routes[name], {}))
    yield { rows: rows.filter(isThere).map((row) => toRow(connection, name, row)), ...totals };
}

/** What was deleted stays in the vendor's lists, and would make a name ambiguous. */
function isThere(row: Record<string, unknown>): boolean {
  return row.status !== "deleted" && !isDeleted(row);
}

/** The rows of a list that is paged by number, and why they are not all. */
export async function listItems(
  http: HttpClient,
  route: (typeof routes)[DirectoryName],
  query: object,
): Promise<Pick<Page<Record<string, unknown>>, "rows" | "truncated">> {
  const all: Record<string, unknown>[] = [];
  for await (const { rows, truncated } of pagesByNumber(http, route, query)) {
    all.push(...rows);
    if (truncated !== undefined) return { rows: all, truncated };
  }
  return { rows: all };
}

function toRow<Name extends DirectoryName>(
  { profile }: Connection,
  name: Name,
  row: Record<string, unknown>,
): Directory[Name] {
  const id = idOf(row, name);
  const rows: Directory = {
    services: {
      id,
      name: asText(row.channel_name) ?? id,
      description: asText(row.description),
      status: asText(row.status)?.toLowerCase() ?? null,
      team: teamOf(row),
      provider: "flashduty",
      profile: profile.name,
    },
    schedules: {
      id,
      name: asText(row.schedule_name ?? row.name) ?? id,
      timeZone: asText(row.time_zone),
      team: teamOf(row),
      provider: "flashduty",
      profile: profile.name,
    },
    users: {
      id,
      name: asText(row.member_name) ?? asText(row.email) ?? id,
      email: asText(row.email),
      role: asArray(row.account_role_ids).map(roleName).join(", ") || null,
      status: asText(row.status)?.toLowerCase() ?? null,
      timeZone: asText(row.time_zone),
      provider: "flashduty",
      profile: profile.name,
    },
    teams: {
      id,
      name: asText(row.team_name) ?? id,
      description: asText(row.description),
      provider: "flashduty",
      profile: profile.name,
    },
  };
  return rows[name];
}

/** @throws {CliError} `failure` when it has none: a row that is left out would look as if it did not exist */
export function idOf(row: Record<string, unknown>, name: DirectoryName): string {
  const keys = {
    services: row.channel_id,
    schedules: row.schedule_id ?? row.id,
    users: row.member_id,
    teams: row.team_id,
  };
  const id = toId(keys[name]);
  if (id === null) throw new CliError("failure", `${routes[name]}: one of the ${name} has no id`);
  return id;
}

function teamOf(row: Record<string, unknown>): Reference | null {
  const id = toId(row.team_id ?? row.group_id);
  return id === null ? null : { id, name: asText(row.team_name) ?? id };
}

/** The name of a role that every account has; the number of any other. Source: the vendor's command line. */
function roleName(role: unknown): string {
  const names: Record<string, string> = { 2: "admin", 6: "responder", 8: "viewer" };
  return names[String(role)] ?? String(role);
}
