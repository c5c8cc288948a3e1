import { CliError } from "../../errors.ts";
import type { ChangeFilter, RecordedChange } from "../../model/change.ts";
import type { Page } from "../../model/incident.ts";
import { fold } from "../../model/match.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { endOf, windowsOf } from "./incidents.ts";
import { pagesByNumber } from "./pages.ts";
import { toId, toLabels, toTime } from "./wire.ts";

/* Changes as they were pushed. Source: the vendor's documentation and its own tools; the route is not in the OpenAPI. */

/** The vendor's words for the state of a change. A rollback is "Canceled" too. */
const statuses: Record<string, string> = { Processing: "started", Done: "succeeded", Canceled: "canceled" };

/** A change that began so long before may have ended in the time that is asked for: the vendor filters by its beginning. */
const maxDurationMs = 3 * 3_600_000;

/** `POST /change/list`, window by window: one call covers under 31 days. */
export async function* listChanges(connection: Connection, filter: ChangeFilter): AsyncIterable<Page<RecordedChange>> {
  const http = await connection.http();
  const begin = Math.floor((filter.since.getTime() - maxDurationMs) / 1000);
  // Up to now is up to the vendor's now, which may be ahead of ours.
  const isNow = filter.until.getTime() >= connection.now().getTime();
  const end = isNow ? endOf(connection) : Math.ceil(filter.until.getTime() / 1000) + 1;
  const seen = new Set<string>();
  for (const window of windowsOf(begin, end)) {
    const query = { start_time: window.start, end_time: window.end, orderby: "start_time", asc: false };
    for await (const { rows, truncated } of pagesByNumber(http, "POST /change/list", query)) {
      const changes = rows.map((row) => toChange(row, connection));
      const fresh = changes.filter(({ id }) => !seen.has(id));
      for (const { id } of changes) seen.add(id);
      const wanted = fresh.filter((change) => isWanted(change, filter, isNow));
      yield { rows: wanted, ...(truncated !== undefined && { truncated }) };
    }
  }
}

/** Whether a change was begun, reported or ended in the time, and is about one of the services: by its channel or its label. */
function isWanted(change: RecordedChange, { since, until, services, query }: ChangeFilter, isNow: boolean): boolean {
  const { service, labels, title, description, key, startedAt, updatedAt, endedAt } = change;
  const times = [startedAt, updatedAt, endedAt].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  const isInTime =
    times.length === 0 || times.some((time) => time >= since.getTime() && (isNow || time < until.getTime()));
  const words = [labels.service ?? "", service?.id ?? "", service?.name ?? ""].map(fold);
  const isOfService =
    services.length === 0 || services.some(({ id, name }) => [id, name].some((word) => words.includes(fold(word))));
  const text = fold([title, description, key, ...Object.values(labels)].join("\n"));
  return isInTime && isOfService && (query === undefined || text.includes(fold(query)));
}

function toChange(row: Record<string, unknown>, { profile }: Connection): RecordedChange {
  const channel = toId(row.channel_id);
  const status = asText(row.change_status) ?? "";
  const id = asText(row.change_id) ?? asText(row.change_key);
  if (id === null) throw new CliError("failure", "a change in the response has no id");
  return {
    id,
    key: asText(row.change_key),
    title: asText(row.title) ?? "(no title)",
    description: asText(row.description),
    status: Object.hasOwn(statuses, status) ? (statuses[status] ?? "") : status.toLowerCase(),
    service: channel === null ? null : { id: channel, name: asText(row.channel_name) ?? channel },
    labels: toLabels(row.labels) ?? {},
    link: asText(row.link),
    startedAt: toTime(row.start_time),
    updatedAt: toTime(row.last_time),
    endedAt: toTime(row.end_time),
    provider: "flashduty",
    profile: profile.name,
  };
}
