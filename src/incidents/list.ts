import type { Vendor } from "../context.ts";
import type { Incident, IncidentFilter, Page } from "../model/incident.ts";
import { clockDoubt } from "./clock.ts";

/** The pages of what a filter matches. Where nothing does, and the filter is in doubt, the list ends as incomplete. */
export async function* listMatching(
  { provider, connection }: Vendor<"incidents">,
  filter: IncidentFilter,
): AsyncIterable<Page<Incident>> {
  let isCertain = false;
  for await (const page of provider.incidents.list(connection, filter)) {
    isCertain ||= page.rows.length > 0 || page.truncated !== undefined;
    yield page;
  }
  const isOfSpan = filter.since !== undefined || filter.until !== undefined;
  const doubt = isCertain
    ? undefined
    : ((await filter.doubt?.()) ?? (isOfSpan ? await clockDoubt(connection) : undefined));
  if (doubt !== undefined) yield { rows: [], truncated: doubt };
}
