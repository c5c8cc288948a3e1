import { type Connected, requireCapability } from "../context.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { RecordedChange } from "../model/change.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Shape } from "../output/shape.ts";
import { clockTime, shortAge } from "../output/time.ts";

/** Deploys and other changes. */
export const recordedChangeShape: Shape<RecordedChange> = {
  columns: [
    { header: "STATUS", value: ({ status }) => status },
    { header: "TITLE", value: ({ title }) => title, main: true, cut: 1, link: ({ link }) => link },
    { header: "SERVICE", value: serviceOf, cut: 2 },
    { header: "ENVIRONMENT", value: ({ labels }) => labels.environment ?? labels.env ?? null, cut: 3 },
    {
      header: "AGE",
      value: ({ startedAt }, now) => startedAt && shortAge(startedAt, now),
      pipe: ({ startedAt }) => startedAt,
    },
    { header: "TOOK", value: tookText },
    { header: "KEY", value: ({ key }) => key, cut: 4, leaves: 1 },
  ],
  fields: [
    ...["id", "key", "title", "description", "status", "service", "labels", "link"],
    ...["startedAt", "updatedAt", "endedAt", "provider", "profile"],
  ],
  id: ({ id }) => id,
  empty: "No changes.",
};

function serviceOf({ service, labels }: RecordedChange): string | null {
  return service?.name ?? labels.service ?? null;
}

function tookText({ startedAt, endedAt }: RecordedChange): string | null {
  return startedAt === null || endedAt === null ? null : shortAge(startedAt, new Date(endedAt));
}

/** Newest first. */
export function compareChanges(a: RecordedChange, b: RecordedChange): number {
  return Date.parse(b.startedAt ?? "") - Date.parse(a.startedAt ?? "") || 0;
}

/** Changes of a time, and why they are not all. */
export interface FoundChanges {
  rows: RecordedChange[];
  unknown?: string;
}

/** All changes of a time, newest first. A failure is the reason why they are not known. */
export async function readChanges(connected: Connected, since: Date, until: Date): Promise<FoundChanges> {
  const { provider, connection } = requireCapability(connected, "changes");
  const rows: RecordedChange[] = [];
  let unknown: string | undefined;
  try {
    for await (const page of provider.changes(connection, { since, until, services: [] })) {
      rows.push(...page.rows);
      unknown = page.truncated ?? unknown;
    }
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    unknown = error.message;
  }
  rows.sort(compareChanges);
  return { rows, ...(unknown !== undefined && { unknown }) };
}

const beforeMs = 3_600_000;

/** What was deployed in the hour before a moment. */
export async function changesBefore(connected: Connected, createdAt: string): Promise<FoundChanges> {
  const created = Date.parse(createdAt);
  // Vendors count in seconds: a change in the same second may be the cause.
  return readChanges(connected, new Date(created - beforeMs), new Date(created + 1000));
}

/** Changes as lines of a page. */
export function changeLines({ rows, unknown }: FoundChanges, now: Date, tz: string | undefined): string[] {
  const lines = rows.map(({ startedAt, status, title, link, ...more }) => {
    const time = startedAt === null ? "" : `${clockTime(startedAt, now, tz)}  `;
    const service = serviceOf({ startedAt, status, title, link, ...more });
    const state = status === null ? "" : `${status}: `;
    return sanitizeCell(
      `  ${time}${state}${[title, service, link].filter((word) => word !== null && word !== "").join("; ")}`,
    );
  });
  if (unknown !== undefined) lines.push(sanitizeCell(`  NOT KNOWN: ${unknown}`));
  return lines.length > 0 ? lines : ["  none"];
}
