import type { Incident, TimelineEntry } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import { compareCodes } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText, asTime, first } from "../wire.ts";
import { readRow } from "./incidents.ts";
import { pageAddress, toIncident, toPerson } from "./wire.ts";

/**
 * The events in the incident's response; else entries made from the incident's times, with a notice: no server that we know
 * of publishes the events.
 */
export async function readTimeline(
  connection: Connection,
  id: string,
): Promise<{ rows: TimelineEntry[]; notice?: string }> {
  const row = await readRow(await connection.http(), id);
  const entries = asArray(row.events ?? row.timeline).flatMap((value): TimelineEntry[] => {
    const event = asObject(value);
    if (event === undefined) return [];
    const person = toPerson(first(event, "user", "actor"));
    return [
      {
        at: asTime(first(event, "created_at", "createdAt", "at")),
        type: asText(first(event, "type", "action"))?.toLowerCase() ?? "event",
        by: person === undefined ? null : personName(person),
        text: asText(first(event, "message", "text", "description")),
      },
    ];
  });
  if (entries.length > 0) return { rows: inOrder(entries) };
  const incident = toIncident(row, connection);
  return {
    rows: inOrder(fromTimes(incident)),
    notice: `OpsKnight does not publish the timeline; these are the incident's own times, the rest is at ${pageOf(connection, incident)}`,
  };
}

function inOrder(entries: TimelineEntry[]): TimelineEntry[] {
  return entries.sort((a, b) => compareCodes(a.at ?? "", b.at ?? ""));
}

/** Nobody is named: the vendor does not report who did it, and an assignee need not have done anything. */
function fromTimes({ createdAt, acknowledgedAt, resolvedAt }: Incident): TimelineEntry[] {
  const times = { created: createdAt, acknowledged: acknowledgedAt, resolved: resolvedAt };
  return Object.entries(times).flatMap(([type, at]) => (at === null ? [] : [{ at, type, by: null, text: null }]));
}

/** The URL that the vendor returned, else the web application's `/incidents/{id}` at the same address. */
export function pageOf({ profile }: Connection, { url, id }: Pick<Incident, "id" | "url">): string {
  return url ?? pageAddress(profile, "incidents", id);
}
