import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { forProfile } from "../../model/command-line.ts";
import type { ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failed } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { isShortNumber } from "./ids.ts";
import { defaultLookBackSeconds, endOf, windowsOf } from "./incidents.ts";
import { isDeleted, isMissing, readData, readList, toId } from "./wire.ts";

/* Incidents by the short number that the console and the phone show. */

/** The newest incident with a number, of any age; undefined when there is none. */
export async function findByNumber(
  http: HttpClient,
  connection: Connection,
  word: string,
): Promise<Record<string, unknown> | undefined> {
  const number = word.toUpperCase();
  try {
    const body = { num: number };
    const row = readData((await http.request("POST /incident/info", { body, idempotent: true, reads: true })).body);
    if (asText(row.num)?.toUpperCase() === number && toId(row.incident_id) !== null)
      return isDeleted(row) ? undefined : row;
  } catch (error) {
    if (isMissing(error)) return undefined;
    // An older service takes only `incident_id` there.
    if (!(error instanceof CliError) || error.status !== 400) throw error;
  }
  return findInWindows(http, connection, number);
}

async function findInWindows(
  http: HttpClient,
  connection: Connection,
  number: string,
): Promise<Record<string, unknown> | undefined> {
  const end = endOf(connection);
  let found: Record<string, unknown>[] = [];
  for (const { start, end: until } of windowsOf(end - defaultLookBackSeconds, end)) {
    const body = { nums: [number], start_time: start, end_time: until, limit: 20 };
    const answer = await http.request("POST /incident/list", { body, idempotent: true, reads: true });
    const { rows } = readList(answer, "POST /incident/list", "incidents");
    found = rows.filter((row) => asText(row.num) === number && !isDeleted(row));
    if (found.length > 0) break;
  }
  if (found.length > 1) {
    const ids = found.map((row) => asText(row.incident_id)).join(", ");
    throw usageError(
      `the number "${number}" is that of ${found.length} incidents: ${ids}`,
      forProfile(`onduty incidents show ${asText(found[0]?.incident_id)}`, connection.profile),
    );
  }
  return found[0];
}

/** The id, in lower case, of each word that is an id or a short number; the outcome where it has none. */
export async function resolveIds(
  http: HttpClient,
  connection: Connection,
  words: readonly string[],
): Promise<Map<string, string | ItemOutcome>> {
  const ids = new Map<string, string>();
  const numbers = [...new Set(words.filter(isShortNumber))];
  const outcomes = await collectOutcomes(numbers, 4, async (word) => {
    const id = toId((await findByNumber(http, connection, word))?.incident_id);
    if (id !== null) ids.set(word, id.toLowerCase());
    return { ...failed(word, `incident "${word}" not found`), outcome: "notFound" };
  });
  const problems = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return new Map(words.map((word) => [word, ids.get(word) ?? problems.get(word) ?? word.toLowerCase()]));
}

/** The id of the one incident that a word means. @throws {CliError} `notFound` when no incident has this number */
export async function resolveId(http: HttpClient, connection: Connection, word: string): Promise<string> {
  if (!isShortNumber(word)) return word.toLowerCase();
  const id = toId((await findByNumber(http, connection, word))?.incident_id);
  if (id !== null) return id.toLowerCase();
  throw new CliError("notFound", `incident "${word}" not found`, { hint: "onduty incidents list --status all" });
}
