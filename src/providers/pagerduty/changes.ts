import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { ChangeFilter, RecordedChange } from "../../model/change.ts";
import { type ChangeStatus, changeStatuses } from "../../model/event.ts";
import type { Page, Reference } from "../../model/incident.ts";
import { fold } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText, asTime } from "../wire.ts";
import { pagesOf, type RowsPage, unreachable } from "./paging.ts";
import { idOf, nameOf, type Row, readOne, toReference } from "./wire.ts";

/*
 * Change events. The vendor has one for each signal, without a status and a key: those of onduty have both in their details, and
 * start and end are put together by them. Source: OpenAPI, whose rows also hold the key of the integration, which is never read.
 */

/** A change that began so long before may have ended in the time that is asked for. */
const maxDurationMs = 3 * 3_600_000;
/** So long the vendor keeps them. Source: its documentation. */
const keptMs = 90 * 86_400_000;
/** Services whose names are asked for: a change may name them by their ids alone. */
const maxNames = 20;

/** See `Provider.changes`. */
export async function* listChanges(connection: Connection, filter: ChangeFilter): AsyncIterable<Page<RecordedChange>> {
  const http = await connection.http();
  const { services, until } = filter;
  const since = filter.since.getTime() - maxDurationMs;
  // Up to now is up to the vendor's now, which may be ahead of ours.
  const isNow = until.getTime() >= connection.now().getTime();
  const end = isNow ? undefined : until.getTime() + 1000;
  const routes =
    services.length === 0
      ? (["GET /change_events"] as const)
      : services.map(({ id }) => `GET /services/${encodePart(id)}/change_events` as const);
  const rows = new Map<string, Row>();
  let truncated: string | undefined;
  for (const route of routes)
    for await (const page of windows(http, route, since, end)) {
      for (const row of page.rows) rows.set(idOf(row, route), row);
      truncated = page.truncated ?? truncated;
    }
  const names = await namesOf(http, [...rows.values()], services);
  const changes = together([...rows.values()].map((row) => toChange(row, connection, names)));
  const isBeyond = filter.since.getTime() < connection.now().getTime() - keptMs;
  yield {
    rows: changes.filter((change) => isWanted(change, filter, isNow)),
    ...(isBeyond && { notice: "PagerDuty keeps changes for 90 days" }),
    ...(truncated !== undefined && { truncated }),
  };
}

type ListRoute = Parameters<typeof pagesOf>[1]["route"];

/** The pages of a time. A list that does not end within its first 10,000 rows goes on in a narrower time. */
async function* windows(
  http: HttpClient,
  route: ListRoute,
  since: number,
  until: number | undefined,
): AsyncGenerator<RowsPage> {
  let end = until;
  for (;;) {
    const bounds = [
      ["since", secondOf(since)] as const,
      ...(end === undefined ? [] : [["until", secondOf(end)] as const]),
    ];
    let oldest = end ?? Number.POSITIVE_INFINITY;
    let isCut = false;
    for await (const page of pagesOf(http, { route, name: "change_events", query: bounds })) {
      for (const row of page.rows) oldest = Math.min(oldest, Date.parse(asTime(row.timestamp) ?? "") || oldest);
      isCut = page.truncated === unreachable;
      yield isCut ? { rows: page.rows } : page;
    }
    if (!isCut) return;
    const next = oldest + 1000;
    if (end !== undefined && next >= end)
      return yield { rows: [], truncated: `${unreachable}, and more are of one second` };
    end = next;
  }
}

function secondOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Names of services by id, where rows have none. A failure leaves the ids. */
async function namesOf(
  http: HttpClient,
  rows: readonly Row[],
  known: readonly Reference[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const services = rows.flatMap(({ services: own }) => asObjects(own));
  for (const service of services) {
    const [id, name] = [asText(service.id), nameOf(service)];
    if (id !== null && name !== null) names.set(id, name);
  }
  const missing = [...new Set(services.flatMap(({ id }) => asText(id) ?? []))].filter((id) => !names.has(id));
  await pMap(
    missing.slice(0, maxNames),
    async (id) => {
      try {
        const service = readOne(await http.request(`GET /services/${encodePart(id)}`), "service", "GET /services/{id}");
        names.set(id, nameOf(service) ?? id);
      } catch (error) {
        if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
      }
    },
    { concurrency: 2 },
  );
  return names;
}

function toChange(row: Row, { profile }: Connection, names: ReadonlyMap<string, string>): RecordedChange {
  const details = asObject(row.custom_details) ?? {};
  const [service] = asObjects(row.services);
  const of = toReference(service);
  const status = statusOf(details);
  const at = asTime(row.timestamp);
  const summary = nameOf(row) ?? "(no title)";
  const [link] = asObjects(row.links);
  return {
    id: idOf(row, "GET /change_events"),
    key: asText(details.change_key),
    // The end of a summary of ours is the status.
    title: status !== null && summary.endsWith(`: ${status}`) ? summary.slice(0, -status.length - 2) : summary,
    description: null,
    status,
    service: of === null ? null : { id: of.id, name: names.get(of.id) ?? of.name },
    labels: labelsOf(row, details),
    link: asText(link?.href),
    startedAt: at,
    updatedAt: at,
    endedAt: status === null || status === "started" ? null : at,
    provider: "pagerduty",
    profile: profile.name,
  };
}

function statusOf({ status, change_key: key }: Record<string, unknown>): ChangeStatus | null {
  if (asText(key) === null) return null;
  return changeStatuses.find((one) => one === status) ?? null;
}

function labelsOf(row: Row, details: Record<string, unknown>): Record<string, string> {
  const { status: _, change_key: __, ...own } = asText(details.change_key) === null ? { ...details } : details;
  const pairs = Object.entries({ source: row.source, ...own });
  return Object.fromEntries(
    pairs.flatMap(([name, value]): [string, string][] =>
      value === null || value === undefined || value === ""
        ? []
        : [[name, typeof value === "object" ? JSON.stringify(value) : String(value)]],
    ),
  );
}

/** Start and end under one key as one change, newest first. Each start begins a new one. */
function together(signals: RecordedChange[]): RecordedChange[] {
  const changes: RecordedChange[] = [];
  const running = new Map<string, RecordedChange>();
  const time = ({ startedAt }: RecordedChange): number => Date.parse(startedAt ?? "") || 0;
  // Of the same second, the one that is listed last is the first.
  for (const signal of signals.reverse().sort((a, b) => time(a) - time(b))) {
    const key = signal.key === null ? null : `${signal.service?.id} ${signal.key}`;
    const begun = key === null ? undefined : running.get(key);
    if (begun !== undefined && signal.status !== "started") {
      const { status, updatedAt, endedAt } = signal;
      Object.assign(begun, { status, updatedAt, endedAt, link: begun.link ?? signal.link });
      if (key !== null && status !== null) running.delete(key);
      continue;
    }
    changes.push(signal);
    if (key !== null && signal.status === "started") running.set(key, signal);
  }
  return changes.sort((a, b) => time(b) - time(a));
}

/** Whether a change was begun or ended in the time, and is about one of the services. */
function isWanted(change: RecordedChange, { since, until, services, query }: ChangeFilter, isNow: boolean): boolean {
  const { service, labels, title, key, startedAt, endedAt } = change;
  const times = [startedAt, endedAt].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  const isInTime =
    times.length === 0 || times.some((time) => time >= since.getTime() && (isNow || time < until.getTime()));
  const isOfService = services.length === 0 || service === null || services.some(({ id }) => id === service.id);
  const text = (): string => fold([title, key, ...Object.values(labels)].join("\n"));
  return isInTime && isOfService && (query === undefined || text().includes(fold(query)));
}
