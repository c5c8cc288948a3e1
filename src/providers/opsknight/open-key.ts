import type { Event } from "../../model/event.ts";
import type { Connection } from "../provider.ts";
import { keyFor } from "./event-key.ts";
import { hasMore, readList, toIncident } from "./wire.ts";

const route = "GET /api/incidents";
const maxRows = 100;

/**
 * See `Provider.events.isOpen`. One request, for the newest incidents. They show that nothing is open when the newest of the key is
 * resolved, or when there are no others and an API key sends the event: who may send it sees the incidents of its service. With an
 * integration key, the owner of the API key may be one who sees only a part. Source: observed behavior.
 */
export async function isOpen(connection: Connection, event: Event): Promise<boolean | undefined> {
  if (!connection.keys.has("api")) return undefined;
  const http = await connection.http("api");
  const status = "OPEN,ACKNOWLEDGED,SNOOZED,SUPPRESSED";
  const query = { status, sort: "created_at", order: "desc", limit: maxRows, offset: 0 };
  const list = readList((await http.request(route, { query })).body, "incidents", route);
  // Without keys in the rows nothing can be found.
  if (!list.rows.every((row) => "dedupKey" in row || "dedup_key" in row)) return undefined;
  const isComplete = list.documented ? !hasMore(list, list.rows.length, maxRows) : list.rows.length < maxRows;
  const kind = keyFor(connection, event);
  const service = kind === "api" ? (event.service ?? connection.profile.service) : undefined;
  const isOfService = (row: { id: string; name: string } | null): boolean =>
    service === undefined || row === null || row.id === service || row.name === service;
  const same = list.rows
    .map((row) => toIncident(row, connection))
    .filter(({ dedupKey }) => dedupKey === event.dedupKey.trim());
  const open = same.filter((incident) => incident.status !== "resolved");
  if (open.length > 0) return open.some((incident) => isOfService(incident.service)) ? true : undefined;
  if (same.some((incident) => incident.service !== null && isOfService(incident.service))) return false;
  return isComplete && kind === "api" ? false : undefined;
}
