import { usageError } from "../../errors.ts";
import type { Incident, IncidentFilter, Page } from "../../model/incident.ts";
import { comparison, matches } from "../filter.ts";
import type { Connection } from "../provider.ts";
import { openPages, resolvedPages } from "./incident-pages.ts";
import { toIncident } from "./wire.ts";

/** How far a list of resolved incidents goes back without `--since`: one window. Open ones are listed however old they are. */
const lookBackMs = 177 * 86_400_000;
/** When our clock is behind the vendor's, the newest incidents are in our future. */
const maxClockSkewMs = 12 * 3_600_000;
/** Maximum of incidents to sort by anything but their time: sorting needs all of them in memory. */
const maxSorted = 10_000;

const unassigned = "resolved incidents have no assignees on PagerDuty: none of them is listed";

/** See `Provider.incidents.list`. */
export async function* listIncidents(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const { statuses, urgencies, assignee } = filter;
  if (statuses.includes("snoozed") && !statuses.includes("acknowledged"))
    throw usageError("PagerDuty lists a snoozed incident as acknowledged, like any other", "--status acknowledged");
  if (statuses.length > 0 && statuses.every((status) => status === "suppressed"))
    return yield { rows: [], notice: "pagerduty has no suppressed incidents" };
  if (urgencies.length > 0 && urgencies.every((urgency) => urgency === "medium"))
    return yield { rows: [], notice: "pagerduty has no urgency between high and low" };
  if (assignee !== undefined && statuses.length > 0 && statuses.every((status) => status === "resolved"))
    return yield { rows: [], notice: unassigned };
  yield* filter.sort === "created" ? byTime(connection, filter) : sorted(connection, filter);
}

/** The open incidents, of which a page at most is waiting, among the resolved ones: both in the order of the list. */
async function* byTime(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const http = await connection.http();
  const words = openWords(filter);
  const isAboutResolved = filter.statuses.length === 0 || filter.statuses.includes("resolved");
  const wantsResolved = isAboutResolved && filter.assignee === undefined;
  const out = new Output(connection, filter);
  const none = async function* () {};
  const open = (words.length > 0 ? openPages(http, filter, words) : none())[Symbol.asyncIterator]();
  const span = spanOf(connection, filter);
  const resolved = (wantsResolved ? resolvedPages(http, filter, span) : none())[Symbol.asyncIterator]();
  const sources = [open, resolved];
  const waiting: Incident[][] = [[], []];
  const isDone = [words.length === 0, !wantsResolved];
  for (;;) {
    for (const [index, source] of sources.entries()) {
      if (isDone[index] === true || (waiting[index]?.length ?? 0) > 0) continue;
      const next = await source.next();
      if (next.done === true) isDone[index] = true;
      else {
        const { rows, truncated } = next.value;
        const incidents = rows.map((row) => toIncident(row, connection));
        // An incident that is resolved meanwhile comes twice.
        waiting[index] = incidents.filter((incident) => out.isNew(incident));
        if (truncated !== undefined) {
          yield out.page(waiting.flat(), truncated);
          return;
        }
      }
    }
    if (isDone.every(Boolean) && waiting.every((rows) => rows.length === 0)) break;
    const isReady = waiting.every((rows, index) => rows.length > 0 || isDone[index] === true);
    if (!isReady) continue;
    const page = out.page(out.take(waiting));
    if (page.rows.length > 0) yield page;
    if (out.isFull) return;
  }
  if (isAboutResolved && !wantsResolved) yield { rows: [], notice: unassigned };
  else if (wantsResolved && filter.since === undefined) {
    const date = span.since.toISOString().slice(0, 10);
    yield { rows: [], notice: `looked back to ${date} for resolved incidents; --since 52w looks further` };
  }
}

/** What of the list has been given out. */
class Output {
  readonly #filter: IncidentFilter;
  readonly #compare: (a: Incident, b: Incident) => number;
  readonly #connection: Connection;
  readonly #ids = new Set<string>();
  #left: number;

  constructor(connection: Connection, filter: IncidentFilter) {
    this.#connection = connection;
    this.#filter = filter;
    this.#compare = comparison(filter);
    this.#left = filter.limit;
  }

  get isFull(): boolean {
    return this.#left <= 0;
  }

  isNew({ id }: Incident): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }

  /** Takes from each list what comes before the end of every other one that may go on. */
  take(waiting: Incident[][]): Incident[] {
    const ends = waiting.flatMap((rows) => rows.at(-1) ?? []).sort(this.#compare);
    const [end] = ends;
    if (end === undefined) return [];
    return waiting.flatMap((rows, index) => {
      const count = rows.filter((row) => this.#compare(row, end) <= 0).length;
      waiting[index] = rows.slice(count);
      return rows.slice(0, count);
    });
  }

  page(incidents: Incident[], truncated?: string): Page<Incident> {
    const rows = incidents
      .filter((incident) => matches(incident, this.#filter))
      .sort(this.#compare)
      .slice(0, this.#left);
    this.#left -= rows.length;
    this.#connection.debug(`${rows.length} of ${incidents.length} incidents match`);
    return { rows, ...(truncated !== undefined && { truncated }) };
  }
}

/** The vendor's words for the statuses of a filter that are open. */
function openWords({ statuses }: IncidentFilter): string[] {
  const all = statuses.length === 0;
  return [
    ...(all || statuses.includes("open") ? ["triggered"] : []),
    ...(all || statuses.includes("acknowledged") ? ["acknowledged"] : []),
  ];
}

function spanOf(connection: Connection, { since, until }: IncidentFilter) {
  const end = until ?? new Date(connection.now().getTime() + maxClockSkewMs);
  return { since: since ?? new Date(end.getTime() - lookBackMs), until: end };
}

async function* sorted(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>> {
  const all: Incident[] = [];
  let truncated: string | undefined;
  let notice: string | undefined;
  const everything: IncidentFilter = { ...filter, sort: "created", order: "desc", limit: maxSorted + 1 };
  for await (const page of byTime(connection, everything)) {
    all.push(...page.rows);
    truncated ??= page.truncated;
    notice ??= page.notice;
  }
  if (all.length > maxSorted) truncated = `only the newest ${maxSorted} incidents can be sorted by ${filter.sort}`;
  yield {
    rows: all.sort(comparison(filter)).slice(0, filter.limit),
    total: all.length,
    ...(truncated !== undefined && { truncated }),
    ...(notice !== undefined && { notice }),
  };
}
