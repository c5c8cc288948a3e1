import { usageError } from "../errors.ts";
import { forProfile } from "../model/command-line.ts";
import { cut } from "../model/cut.ts";
import {
  type Incident,
  type IncidentFilter,
  type IncidentStatus,
  incidentStatuses,
  type Page,
} from "../model/incident.ts";
import { count } from "../model/text.ts";
import type { Connection, Provider } from "./provider.ts";

type Incidents = NonNullable<Provider["incidents"]>;

/** A shorter word stands for too much. */
const minPrefixLength = 4;

/** Most incidents that are searched for a word, when it is none of those that are not resolved. */
const maxSearched = 1000;

const anyFilter: Omit<IncidentFilter, "statuses" | "limit"> = {
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
};

/** Most candidates that a message names. */
const maxNamed = 5;

/**
 * The id of the incident whose number a word is, or whose id begins with it: among what is not resolved, else among the newest of
 * all. Undefined for none.
 *
 * @throws {CliError} `usage` when it fits several, or when there may be more that could not be listed
 */
export async function findId(incidents: Incidents, connection: Connection, word: string): Promise<string | undefined> {
  const search = (statuses: readonly IncidentStatus[], limit: number) =>
    searchIn(incidents.list(connection, { ...anyFilter, statuses: [...statuses], limit }), word);
  const unresolved = incidentStatuses.filter((status) => status !== "resolved");
  const open = await search(unresolved, Number.POSITIVE_INFINITY);
  if (open.found.length > 0) return single(word, open, connection.profile);
  // A word as long as an id cannot be the beginning of one.
  const isWholeId = open.longest > 0 && word.length >= open.longest;
  const all = isWholeId ? open : await search(incidentStatuses, maxSearched);
  return all.found.length === 0 ? undefined : single(word, { ...all, truncated: undefined }, connection.profile);
}

interface Search {
  found: Incident[];
  /** Characters of the longest id that was seen. */
  longest: number;
  truncated: string | undefined;
}

async function searchIn(pages: AsyncIterable<Page<Incident>>, word: string): Promise<Search> {
  const result: Search = { found: [], longest: 0, truncated: undefined };
  const wanted = word.toLowerCase();
  for await (const page of pages) {
    result.truncated = page.truncated ?? result.truncated;
    for (const row of page.rows) {
      result.longest = Math.max(result.longest, row.id.length);
      if (fits(row, wanted)) result.found.push(row);
    }
  }
  const exact = result.found.filter(({ id, number }) => id.toLowerCase() === wanted || isNumber(number, wanted));
  return exact.length > 0 ? { ...result, found: exact } : result;
}

function fits({ id, number }: Incident, wanted: string): boolean {
  return isNumber(number, wanted) || (wanted.length >= minPrefixLength && id.toLowerCase().startsWith(wanted));
}

function isNumber(number: string | null, wanted: string): boolean {
  return number?.toLowerCase() === wanted.replace(/^#/, "");
}

function single(word: string, { found, truncated }: Search, profile: Connection["profile"]): string {
  const [first, ...others] = found;
  if (first === undefined) throw new Error("nothing was found");
  if (others.length === 0 && truncated === undefined) return first.id;
  const named = found.slice(0, maxNamed).map(({ id, title }) => `${id} (${cut(title, 40)})`);
  const more = found.length > maxNamed ? `, … and ${found.length - maxNamed} more` : "";
  const why = others.length === 0 ? `, and not all could be listed: ${truncated}` : "";
  throw usageError(
    `"${word}" fits ${count(found.length, "incident")}: ${named.join(", ")}${more}${why}`,
    `give the full id: ${forProfile(`onduty incidents show ${first.id}`, profile)}`,
  );
}
