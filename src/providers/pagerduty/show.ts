import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, IncidentDetails, IncidentFilter, Responder } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText, asTime } from "../wire.ts";
import { type Acknowledgment, acknowledgmentsIn, keepLog, readLog, resolutionIn } from "./history.ts";
import { openPages } from "./incident-pages.ts";
import { type Row, readOne, readRows, toIncident, toPerson } from "./wire.ts";

/* Single incidents, by id or number. The vendor has no route for several ids. */

/** Number of incidents that are read at once. The vendor asks for few requests at a time. */
const atOnce = 4;
/** Maximum of incidents that are read one by one before the list of open ones is read instead. */
const maxSingleReads = 5;

/**
 * OpenAPI names `body` in the text of the incident's schema ("only returned if the query parameter is provided"), and leaves it out of
 * the parameter's list: the text is right, as the vendor's own client does the same.
 */
const details = ["acknowledgers", "assignees", "body", "custom_fields", "first_trigger_log_entries"];

/** The address of an incident. */
export function pathOf(id: string): `/incidents/${string}` {
  return `/incidents/${encodePart(id)}`;
}

/** An incident as the vendor returns it, by id or number. @throws {CliError} `notFound` */
export async function readIncident(http: HttpClient, word: string, includes: readonly string[] = []): Promise<Row> {
  const search = new URLSearchParams(includes.map((name): [string, string] => ["include[]", name])).toString();
  try {
    const answer = await http.request(`GET ${pathOf(word)}`, search === "" ? {} : { search });
    const row = readOne(answer, "incident", "GET /incidents/{id}");
    checkIdentity(row, word);
    return row;
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw error.reworded(`incident "${word}" not found, or the key has no access to it (404)`, {
      hint: "onduty incidents list --status all",
    });
  }
}

/** Refuses a response about another incident, as of a cache or a proxy: an action would change the wrong one. */
function checkIdentity(row: Row, word: string): void {
  if (asText(row.id) === word || asText(row.incident_number) === word) return;
  throw new CliError("failure", `GET /incidents/{id}: the response is about incident ${asText(row.id)}, not ${word}`);
}

/**
 * See `Provider.incidents.show`. The log has the acknowledgments that an incident which is not acknowledged now has lost. An incident
 * with alerts has lost its key, which its alerts have.
 */
export async function showIncident(connection: Connection, word: string): Promise<IncidentDetails> {
  const http = await connection.http();
  const row = await readIncident(http, word, details);
  const incident = toIncident(row, connection);
  const opener = asObject(row.first_trigger_log_entry);
  const creator =
    asText(asObject(opener?.agent)?.type)?.startsWith("user") === true ? toPerson(opener?.agent) : undefined;
  const [log, dedupKey] = await Promise.all([
    incident.acknowledgedAt === null ? readLogAside(connection, http, incident.id) : undefined,
    incident.dedupKey ?? (incident.alertCount === 1 ? readKeyAside(connection, http, incident.id) : null),
  ]);
  const shown = { ...incident, dedupKey, creator: creator ?? null };
  if (log === undefined) return { ...shown, responders: respondersOf(row) };
  const acknowledgments = acknowledgmentsIn(log);
  return {
    ...shown,
    acknowledgedAt: acknowledgments[0]?.at ?? null,
    resolution: resolutionIn(log),
    responders: withAcknowledgments(respondersOf(row), acknowledgments),
  };
}

/** The log, a side question: without it the incident is shown all the same. */
async function readLogAside(connection: Connection, http: HttpClient, id: string): Promise<Row[]> {
  try {
    const page = await readLog(http, id);
    keepLog(connection, id, page);
    return page.rows;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    connection.debug(`the log of incident ${id} could not be read: ${error.message}`);
    return [];
  }
}

/** The key of its only alert, a side question. */
async function readKeyAside(connection: Connection, http: HttpClient, id: string): Promise<string | null> {
  try {
    const route = "GET /incidents/{id}/alerts";
    const { rows } = readRows(await http.request(`GET ${pathOf(id)}/alerts`, { query: { limit: 2 } }), "alerts", route);
    return rows.length === 1 ? asText(rows[0]?.alert_key) : null;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    connection.debug(`the alerts of incident ${id} could not be read: ${error.message}`);
    return null;
  }
}

/** Who has it, and who has acknowledged it. */
function respondersOf(row: Row): Responder[] {
  const assigned = asObjects(row.assignments).flatMap(({ at, assignee }): Responder[] => {
    const person = toPerson(assignee);
    return person === undefined ? [] : [{ ...person, assignedAt: asTime(at), acknowledgedAt: null }];
  });
  const acknowledged = asObjects(row.acknowledgements).flatMap(({ at, acknowledger }): Acknowledgment[] => {
    const time = asTime(at);
    return time === null ? [] : [{ at: time, by: toPerson(acknowledger) }];
  });
  return withAcknowledgments(assigned, acknowledged);
}

function withAcknowledgments(people: readonly Responder[], acknowledgments: readonly Acknowledgment[]): Responder[] {
  const all = new Map(people.map((person) => [person.id, person]));
  for (const { at, by } of acknowledgments) {
    if (by === undefined) continue;
    const known = all.get(by.id) ?? { ...by, assignedAt: null, acknowledgedAt: null };
    all.set(by.id, { ...known, acknowledgedAt: known.acknowledgedAt ?? at });
  }
  return [...all.values()];
}

const everyOpen: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** The open incidents among many ids, in few requests. */
async function readOpen(http: HttpClient, words: readonly string[]): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  const wanted = new Set(words);
  for await (const { rows } of openPages(http, everyOpen, ["triggered", "acknowledged"])) {
    for (const row of rows)
      for (const name of [asText(row.id), asText(row.incident_number)])
        if (name !== null && wanted.has(name)) found.set(name, row);
    if (found.size === wanted.size) break;
  }
  return found;
}

/**
 * Incidents by id or number: the row, or the failure. What is not among the open ones of a long list is read by itself.
 *
 * @throws {CliError} what concerns all of them, such as a lost network, when none could be read
 */
export async function readIncidents(
  http: HttpClient,
  words: readonly string[],
  includes: readonly string[] = [],
): Promise<Map<string, Row | CliError>> {
  const found = new Map<string, Row | CliError>(words.length > maxSingleReads ? await readOpen(http, words) : []);
  let fatal: CliError | undefined;
  await pMap(
    words.filter((word) => !found.has(word)),
    async (word) => {
      if (fatal !== undefined) return void found.set(word, fatal);
      try {
        found.set(word, await readIncident(http, word, includes));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        found.set(word, error);
        if (concernsAll(error)) fatal = error;
      }
    },
    { concurrency: atOnce },
  );
  if (fatal !== undefined && [...found.values()].every((one) => one instanceof CliError)) throw fatal;
  return found;
}

function concernsAll({ kind, status }: CliError): boolean {
  return kind === "auth" ? status !== 403 : kind !== "notFound" && kind !== "failure";
}

/** See `Provider.incidents.refresh`. */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const found = new Map<string, Incident | null>();
  for (const [id, row] of await readIncidents(await connection.http(), ids)) {
    if (!(row instanceof CliError)) found.set(id, toIncident(row, connection));
    else if (row.kind === "notFound") found.set(id, null);
    else if (found.size === 0 && ids.length === 1) throw row;
  }
  return found;
}

/** URL of the incident's page. The vendor's addresses have the account in front, which only its responses know. */
export function pageOf(_: Connection, { url, id }: Pick<Incident, "url" | "id">): string {
  return url ?? `https://app.pagerduty.com/incidents/${encodePart(id)}`;
}
