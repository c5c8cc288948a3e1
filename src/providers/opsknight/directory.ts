import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText, first, missingRows } from "../wire.ts";
import { hasMore, readList, toReference } from "./wire.ts";

/** Most rows of one page: of the documented API, and of 1.3.1, which has only one page. Source: the reference; 1.3.1 as it runs. */
const pageSize = 100;
const onlyPageSize = 200;

/** Pages of a directory; 1.3.1 gives it whole, or has none. */
export async function* listDirectory<Name extends DirectoryName>(
  connection: Connection,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  const http = await connection.http();
  try {
    for await (const { rows, ...told } of pagesOf(http, name))
      yield { rows: rows.map((row) => toRow(connection, name, row)), ...told };
  } catch (error) {
    if (!(error instanceof CliError) || error.reason !== "routeNotFound") throw error;
    throw new CliError("failure", `this OpsKnight server does not publish ${name}`, { status: 404, cause: error });
  }
}

async function* pagesOf(http: HttpClient, name: DirectoryName): AsyncIterable<Page<Record<string, unknown>>> {
  const ask = async (limit: number, offset: number) => {
    const { body } = await http.request(`GET /api/${name}`, { query: { limit, offset } });
    return readList(body, name, `GET /api/${name}`);
  };
  let least = Number.POSITIVE_INFINITY;
  let before = "";
  for (let offset = 0; ; ) {
    const page = await ask(pageSize, offset);
    if (!page.documented) {
      // A short answer was everything; otherwise the one page is asked for as long as it gets.
      const { rows } = page.rows.length < pageSize ? page : await ask(onlyPageSize, 0);
      const truncated = `this OpsKnight server gives only ${onlyPageSize} ${name} and cannot page`;
      return yield { rows, ...(rows.length >= onlyPageSize && { truncated }) };
    }
    offset += page.rows.length;
    const more = hasMore(page, offset, pageSize);
    least = Math.min(least, page.total ?? Number.POSITIVE_INFINITY);
    // A server that does not page would be asked for ever.
    const now = JSON.stringify(page.rows);
    if (more && now === before)
      return yield { rows: [], truncated: `this OpsKnight server answers every page with the same ${name}` };
    before = now;
    const truncated = missingRows(page.rows, { total: least, seen: offset, more });
    yield {
      rows: page.rows,
      ...(page.total !== undefined && { total: page.total }),
      ...(truncated !== undefined && { truncated }),
    };
    if (!more || page.rows.length === 0) return;
  }
}

/** All rows of a directory, as the vendor tells them. @throws {CliError} when not all of them can be had */
export async function listAll(http: HttpClient, name: DirectoryName): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const { truncated, rows: some } of pagesOf(http, name)) {
    if (truncated !== undefined) throw new CliError("failure", `GET /api/${name}: ${truncated}`);
    rows.push(...some);
  }
  return rows;
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
      name: asText(row.name) ?? id,
      description: asText(row.description),
      status: asText(row.status)?.toLowerCase() ?? null,
      team: toReference(first(row, "team", "team_id", "teamId")),
      provider: "opsknight",
      profile: profile.name,
    },
    schedules: {
      id,
      name: asText(row.name) ?? id,
      timeZone: asText(first(row, "time_zone", "timeZone", "timezone")),
      team: toReference(first(row, "team", "team_id", "teamId")),
      provider: "opsknight",
      profile: profile.name,
    },
    users: {
      id,
      name: asText(row.name) ?? asText(row.email) ?? id,
      email: asText(row.email),
      role: asText(row.role)?.toLowerCase() ?? null,
      timeZone: asText(first(row, "time_zone", "timeZone", "timezone")),
      provider: "opsknight",
      profile: profile.name,
    },
    teams: {
      id,
      name: asText(row.name) ?? id,
      description: asText(row.description),
      provider: "opsknight",
      profile: profile.name,
    },
  };
  return rows[name];
}

/** @throws {CliError} when it has none: what is left out would look as if it were not there */
export function idOf(row: Record<string, unknown>, name: DirectoryName): string {
  const id = asText(row.id);
  if (id === null) throw new CliError("failure", `GET /api/${name}: one of the ${name} has no id`);
  return id;
}
