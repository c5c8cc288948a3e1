import type { Alert, AlertEvent } from "../model/alert.ts";
import type { Page, SimilarIncident } from "../model/incident.ts";
import { incidentDetailFields } from "../model/incident.ts";
import type { Shape } from "../output/shape.ts";
import { printedTime, shortAge } from "../output/time.ts";

/** The alerts of an incident; JSON has their events in them. */
export const alertShape: Shape<Alert> = {
  columns: [
    { header: "STATUS", value: ({ status }) => status },
    { header: "SEVERITY", value: ({ severity }) => severity },
    { header: "TITLE", value: ({ title }) => title, main: true, cut: 1 },
    { header: "LABELS", value: ({ labels }) => labelText(labels), cut: 2 },
    { header: "EVENTS", value: ({ eventCount }) => (eventCount === null ? null : String(eventCount)) },
    {
      header: "AGE",
      value: ({ createdAt }, now) => createdAt && shortAge(createdAt, now),
      pipe: ({ createdAt }) => createdAt,
    },
    { header: "DEDUP KEY", value: ({ dedupKey }) => dedupKey, cut: 3, leaves: 1 },
  ],
  fields: [
    ...["id", "dedupKey", "title", "description", "status", "severity", "service", "source"],
    ...["createdAt", "updatedAt", "resolvedAt", "labels", "eventCount", "events", "provider", "profile"],
  ],
  id: ({ id }) => id,
  empty: "No alerts.",
};

/** An event with the alert it belongs to. */
export interface EventOfAlert extends AlertEvent {
  alert: Pick<Alert, "id" | "title" | "dedupKey">;
}

export const alertEventShape: Shape<EventOfAlert> = {
  columns: [
    { header: "AT", value: ({ at }, _, tz) => at && printedTime(at, tz), pipe: ({ at }) => at },
    { header: "SEVERITY", value: ({ severity }) => severity },
    { header: "ALERT", value: ({ alert }) => alert.title, cut: 1 },
    { header: "DESCRIPTION", value: ({ description, title }) => description ?? title, cut: 2 },
    { header: "LABELS", value: ({ labels }) => labelText(labels), cut: 3 },
  ],
  fields: ["id", "at", "severity", "title", "description", "labels", "alert"],
  id: ({ id }) => id,
  empty: "No events.",
};

/** The events of alerts, page by page. */
export async function* eventsOf(pages: AsyncIterable<Page<Alert>>): AsyncIterable<Page<EventOfAlert>> {
  for await (const { rows, total: _, ...page } of pages)
    yield {
      ...page,
      rows: rows.flatMap(({ id, title, dedupKey, events }) =>
        events.map((event) => ({ ...event, alert: { id, title, dedupKey } })),
      ),
    };
}

/** Earlier incidents that are like one, and how they were resolved. */
export const similarShape: Shape<SimilarIncident> = {
  columns: [
    { header: "ID", value: ({ id }) => id, link: ({ url }) => url },
    { header: "SCORE", value: ({ score }) => score?.toFixed(2) ?? null },
    { header: "STATUS", value: ({ status }) => status },
    { header: "TITLE", value: ({ title }) => title, cut: 2 },
    { header: "RESOLUTION", value: ({ resolution, rootCause }) => resolution ?? rootCause ?? null, cut: 1 },
    {
      header: "AGE",
      value: ({ createdAt }, now) => shortAge(createdAt, now),
      pipe: ({ createdAt }) => createdAt,
    },
    { header: "TOOK", value: tookText },
  ],
  fields: [...incidentDetailFields, "score"],
  id: ({ id }) => id,
  empty: "No similar incidents.",
};

function tookText({ createdAt, resolvedAt }: SimilarIncident): string | null {
  return resolvedAt === null ? null : shortAge(createdAt, new Date(resolvedAt));
}

function labelText(labels: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? null : pairs.join(" ");
}
