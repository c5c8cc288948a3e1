import { type Connected, requireCapability } from "../context.ts";
import { clockDoubt } from "../incidents/clock.ts";
import type { Incident, Page } from "../model/incident.ts";

/** All incidents of a profile that were created in a span, or are in one that is still open. */
export interface Gathered {
  incidents: Incident[];
  /** Why some may be missing. */
  truncated: string | undefined;
  /** What the vendor's list does not show, where there are none. */
  notices: string[];
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
  const gathered = await gather(pages);
  if (gathered.incidents.length > 0 || gathered.truncated !== undefined) return gathered;
  return { ...gathered, truncated: await clockDoubt(connection) };
}

/** With what the list no longer shows of those that are over, of the incidents that `isWanted` picks. */
export async function withPast(
  { provider, connection }: Connected,
  gathered: Gathered,
  isWanted: (incident: Incident) => boolean = () => true,
): Promise<Gathered> {
  const { incidents, truncated } = gathered;
  const wanted = incidents.filter(isWanted);
  if (provider.incidents?.withPast === undefined || wanted.length === 0) return gathered;
  const { rows, unknown } = await provider.incidents.withPast(connection, wanted);
  const known = new Map(rows.map((incident) => [incident.id, incident]));
  return {
    ...gathered,
    incidents: incidents.map((incident) => known.get(incident.id) ?? incident),
    truncated: truncated ?? unknown,
  };
}

/** All rows of a list. */
export async function gather(pages: AsyncIterable<Page<Incident>>): Promise<Gathered> {
  const incidents: Incident[] = [];
  const notices: string[] = [];
  let truncated: string | undefined;
  for await (const page of pages) {
    truncated = page.truncated ?? truncated;
    if (page.notice !== undefined) notices.push(page.notice);
    incidents.push(...page.rows);
  }
  return { incidents, truncated, notices: incidents.length === 0 ? notices : [] };
}
