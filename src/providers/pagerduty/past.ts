import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, Person, Report } from "../../model/incident.ts";
import { count } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText } from "../wire.ts";
import { acknowledgmentsIn, assigneesIn, readLog } from "./history.ts";
import { iso } from "./schedules.ts";
import { readRows } from "./wire.ts";

/*
 * What a list no longer shows of resolved incidents: when they were acknowledged, and who had them. Analytics has it in few requests,
 * up to a day late, and where the plan and the key allow it; the log of each incident has it at once. Source: OpenAPI.
 */

/** What is known of an incident that is over. */
interface Past {
  acknowledgedAt: string | null;
  assignees: Person[];
}

/** So few incidents are read from their logs right away. */
const few = 5;
const maxLogs = 100;
/** Logs that are read at once. The vendor asks for few requests at a time. */
const atOnce = 2;
const maxRows = 1000;
/** A request for analytics covers a year. */
const maxSpanMs = 364 * 86_400_000;

/** See `Provider.incidents.withPast`. */
export async function withPast(connection: Connection, incidents: readonly Incident[]): Promise<Report<Incident>> {
  const wanted = incidents.filter(({ status, acknowledgedAt }) => status === "resolved" && acknowledgedAt === null);
  const known = new Map<string, Past>();
  if (wanted.length === 0) return { rows: [...incidents] };
  const http = await connection.http();
  if (wanted.length > few) await readAnalytics(connection, http, wanted, known);
  const left = wanted.filter(({ id }) => !known.has(id));
  await pMap(left.slice(0, maxLogs), (incident) => readFromLog(connection, http, incident, known), {
    concurrency: atOnce,
  });
  const lost = wanted.filter(({ id }) => !known.has(id)).length;
  const rows = incidents.map((incident): Incident => {
    const past = known.get(incident.id);
    if (past === undefined) return incident;
    const assignees = incident.assignees.length > 0 ? incident.assignees : past.assignees;
    return { ...incident, acknowledgedAt: past.acknowledgedAt, assignees };
  });
  const were = lost === 1 ? "was" : "were";
  const unknown = `when ${count(lost, "resolved incident")} ${were} acknowledged is not known`;
  return { rows, ...(lost > 0 && { unknown }) };
}

async function readFromLog(
  connection: Connection,
  http: HttpClient,
  { id }: Incident,
  known: Map<string, Past>,
): Promise<void> {
  try {
    const { rows, truncated } = await readLog(http, id);
    const [first] = acknowledgmentsIn(rows);
    if (first === undefined && truncated !== undefined) return;
    known.set(id, { acknowledgedAt: first?.at ?? null, assignees: assigneesIn(rows) });
  } catch (error) {
    leaveOut(connection, error);
  }
}

/** A side question that fails leaves the incidents to their logs. */
function leaveOut({ debug }: Connection, error: unknown): void {
  if (!(error instanceof CliError) || error instanceof Interrupted || error.status === 401) throw error;
  debug(`what is not in the list of incidents could not be read: ${error.message}`);
}

async function readAnalytics(
  connection: Connection,
  http: HttpClient,
  wanted: readonly Incident[],
  known: Map<string, Past>,
): Promise<void> {
  const times = wanted.map(({ createdAt }) => Date.parse(createdAt));
  const end = Math.max(...times) + 1000;
  // A key of a user has to name services or teams.
  const services = [...new Set(wanted.flatMap(({ service }) => service?.id ?? []))];
  const byId = new Map(wanted.map((incident) => [incident.id, incident]));
  try {
    for (let start = Math.min(...times); start < end; start += maxSpanMs) {
      const filters = {
        created_at_start: iso(start),
        created_at_end: iso(Math.min(start + maxSpanMs, end)),
        service_ids: services,
      };
      await readPages(http, filters, (row) => {
        const incident = byId.get(asText(row.id) ?? "");
        const past = incident === undefined ? undefined : pastOf(row, incident);
        if (incident !== undefined && past !== undefined) known.set(incident.id, past);
      });
    }
  } catch (error) {
    leaveOut(connection, error);
  }
}

const route = "POST /analytics/raw/incidents";

async function readPages(
  http: HttpClient,
  filters: object,
  take: (row: Record<string, unknown>) => void,
): Promise<void> {
  let after: string | null = null;
  const places = new Set<string | null>();
  do {
    const body = { filters, limit: maxRows, time_zone: "UTC", ...(after !== null && { starting_after: after }) };
    const answer = await http.request(route, { body, idempotent: true, reads: true });
    const { object, rows } = readRows(answer, "data", route);
    for (const row of rows) take(row);
    const last = asText(object.last);
    places.add(after);
    after = object.more === true && rows.length > 0 && !places.has(last) ? last : null;
  } while (after !== null);
}

/**
 * Undefined for a row that is older than the end of the incident and has no acknowledgment: it may have come since. OpenAPI does not
 * name what the seconds are without one: 0 is none where nothing was counted, and unknown without a count.
 */
function pastOf(row: Record<string, unknown>, { createdAt }: Incident): Past | undefined {
  const seconds = row.seconds_to_first_ack;
  const { acknowledgement_count: count } = row;
  if (seconds === 0 && typeof count !== "number") return undefined;
  const hasOne = typeof seconds === "number" && seconds >= 0 && count !== 0;
  if (!hasOne && row.status !== "resolved") return undefined;
  const names = asArray(row.assigned_user_names);
  const ids = asArray(row.assigned_user_ids);
  return {
    acknowledgedAt: hasOne ? new Date(Date.parse(createdAt) + seconds * 1000).toISOString() : null,
    assignees: ids.flatMap((id, index): Person[] => {
      const own = asText(id);
      const name = names.length === ids.length ? asText(names[index]) : null;
      return own === null ? [] : [{ id: own, name, email: null }];
    }),
  };
}
