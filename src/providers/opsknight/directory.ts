import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText, first, missingRows } from "../wire.ts";
import { hasMore, readList, toReference } from "./wire.ts";

/**
 * Maximum of rows in a response: of the documented API, and of server 1.3.1, which does not page. Sources: the reference, and
 * a running 1.3.1.
 */
const pageSize = 100;
const maxUnpagedRows = 200;

/** See `Provider.directory`. Server 1.3.1 returns all rows at once, or lacks the route. */
export async function* listDirectory<Name extends DirectoryName>(
  connection: Connection,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  const http = await connection.http();
  try {
    for await (const { rows, ...totals } of pagesOf(http, name))
      yield { rows: rows.map((row) => toRow(connection, name, row)), ...totals };
  } catch (error) {
    const isOptional = name === "users" || name === "teams";
    if (!(error instanceof CliError) || error.reason !== "routeNotFound" || !isOptional) throw error;
    throw new CliError("failure", `this OpsKnight server does not publish ${name}`, {
      status: 404,
      reason: "notPublished",
      cause: error,
    });
  }
}

async function* pagesOf(http: HttpClient, name: DirectoryName): AsyncIterable<Page<Record<string, unknown>>> {
  const ask = async (limit: number, offset: number) => {
    const { body } = await http.request(`GET /api/${name}`, { query: { limit, offset } });
    return readList(body, name, `GET /api/${name}`);
  };
  let minTotal = Number.POSITIVE_INFINITY;
  const seen = new Set<string>();
  for (let offset = 0; ; ) {
    const page = await ask(pageSize, offset);
    if (!page.documented) {
      // A response with fewer rows than its limit was complete. Otherwise the page is requested again at its maximum length.
      const { rows } = page.rows.length < pageSize ? page : await ask(maxUnpagedRows, 0);
      const truncated = `this OpsKnight server gives only ${maxUnpagedRows} ${name} and cannot page`;
      return yield { rows, ...(rows.length >= maxUnpagedRows && { truncated }) };
    }
    offset += page.rows.length;
    const more = hasMore(page, offset, pageSize);
    minTotal = Math.min(minTotal, page.total ?? Number.POSITIVE_INFINITY);
    const fresh = page.rows.filter((row) => !seen.has(idOf(row, name)));
    for (const row of fresh) seen.add(idOf(row, name));
    // A server that ignores the offset would be asked without end, or would count rows that it never gives.
    if (page.rows.length > 0 && fresh.length === 0)
      return yield { rows: [], truncated: `this OpsKnight server returns the same ${name} for every page` };
    const truncated = missingRows(page.rows, { total: minTotal, seen: seen.size, more });
    yield {
      rows: fresh,
      ...(page.total !== undefined && { total: page.total }),
      ...(truncated !== undefined && { truncated }),
    };
    if (!more || page.rows.length === 0) return;
  }
}

/** All rows of a directory, as the vendor returns them. @throws {CliError} `failure` when the list is incomplete */
export async function listAll(http: HttpClient, name: DirectoryName): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const { truncated, rows: pageRows } of pagesOf(http, name)) {
    if (truncated !== undefined) throw new CliError("failure", `GET /api/${name}: ${truncated}`);
    rows.push(...pageRows);
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
      status: asText(row.status)?.toLowerCase() ?? null,
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

/** @throws {CliError} `failure` when it has none: a row that is left out would look as if it did not exist */
export function idOf(row: Record<string, unknown>, name: DirectoryName): string {
  const id = asText(row.id);
  if (id === null) throw new CliError("failure", `GET /api/${name}: one of the ${name} has no id`);
  return id;
}
