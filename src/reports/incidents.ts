import { type Connected, requireCapability } from "../context.ts";
import type { Incident } from "../model/incident.ts";

/** All incidents of a profile that were created in a span, or are in one that is still open. */
export interface Gathered {
  incidents: Incident[];
  /** Why some may be missing. */
  truncated: string | undefined;
}

/** Every incident created from `since` to `until`, of any status, newest first. */
export async function incidentsBetween(connected: Connected, since: Date, until: Date): Promise<Gathered> {
  const { provider, connection } = requireCapability(connected, "incidents");
  const pages = provider.incidents.list(connection, {
    statuses: [],
    urgencies: [],
    services: [],
    since,
    until,
    sort: "created",
    order: "desc",
    limit: Number.POSITIVE_INFINITY,
  });
  const incidents: Incident[] = [];
  let truncated: string | undefined;
  for await (const page of pages) {
    truncated = page.truncated ?? truncated;
    incidents.push(...page.rows);
  }
  return { incidents, truncated };
}
