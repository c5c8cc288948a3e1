import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText } from "../wire.ts";
import { pagesOf } from "./paging.ts";
import { idOf, nameOf, type Row, toReference } from "./wire.ts";

/* Services, schedules, users and teams. Source: OpenAPI. */

/** Whose shifts are made of layers, or which are made of single shifts: each kind has routes of its own. */
export type ScheduleKind = "layers" | "shifts";

interface ListedSchedule {
  kind: ScheduleKind;
  page: string | null;
}

const listed = new WeakMap<Connection, Map<string, ListedSchedule>>();

/** The kind of a schedule that was listed; undefined of any other. */
export function kindOfSchedule(connection: Connection, id: string): ScheduleKind | undefined {
  return listed.get(connection)?.get(id)?.kind;
}

/** URL of the page of a schedule that was listed; null when it is not known. */
export function pageOfSchedule(connection: Connection, id: string): string | null {
  return listed.get(connection)?.get(id)?.page ?? null;
}

/** See `Provider.directory`. */
export async function* listDirectory<Name extends DirectoryName>(
  connection: Connection,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  const http = await connection.http();
  if (name === "schedules") {
    for await (const { rows, ...more } of schedulePages(connection, http))
      yield { rows: rows.map((row) => toRow(connection, name, row)), ...more };
    return;
  }
  const query = name === "services" ? ([["sort_by", "name"]] as const) : [];
  for await (const { rows, truncated } of pagesOf(http, { route: `GET /${name}`, name, query }))
    yield { rows: rows.map((row) => toRow(connection, name, row)), ...(truncated !== undefined && { truncated }) };
}

/**
 * Both kinds of schedules: the list of the one has nothing of the other. Source: the vendor's documentation. A key or an account that
 * does not get the second list gets a notice.
 */
export async function* schedulePages(connection: Connection, http: HttpClient): AsyncIterable<Page<Row>> {
  const known = listed.get(connection) ?? new Map<string, ListedSchedule>();
  listed.set(connection, known);
  const seen = new Set<string>();
  for (const [kind, route] of [
    ["layers", "GET /schedules"],
    ["shifts", "GET /v3/schedules"],
  ] as const) {
    try {
      for await (const { rows, truncated } of pagesOf(http, { route, name: "schedules", query: [] })) {
        // One that was made over keeps its id.
        const fresh = rows.filter((row) => !seen.has(idOf(row, route)));
        for (const row of fresh) {
          seen.add(idOf(row, route));
          known.set(idOf(row, route), { kind, page: asText(row.html_url) });
        }
        yield { rows: fresh, ...(truncated !== undefined && { truncated }) };
        if (truncated !== undefined) return;
      }
    } catch (error) {
      if (!(error instanceof CliError) || kind === "layers" || (error.status !== 403 && error.status !== 404))
        throw error;
      yield { rows: [], notice: `shift-based schedules could not be listed, and may be missing (${error.status})` };
    }
  }
}

function toRow<Name extends DirectoryName>({ profile }: Connection, name: Name, row: Row): Directory[Name] {
  const id = idOf(row, `GET /${name}`);
  const own = { id, name: nameOf(row) ?? id };
  const origin = { provider: "pagerduty", profile: profile.name };
  const [first] = asObjects(row.teams);
  const team = toReference(first);
  const rows: Directory = {
    services: {
      ...own,
      description: asText(row.description),
      status: asText(row.status)?.toLowerCase() ?? null,
      team,
      ...origin,
    },
    schedules: { ...own, timeZone: asText(row.time_zone), team, ...origin },
    users: {
      ...own,
      email: asText(row.email),
      role: asText(row.role),
      // The vendor reports only whether somebody has not accepted the invitation yet.
      status: row.invitation_sent === true ? "pending" : null,
      timeZone: asText(row.time_zone),
      ...origin,
    },
    teams: { ...own, description: asText(row.description), ...origin },
  };
  return rows[name];
}
