import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { compareCodes, encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText, asTime } from "../wire.ts";
import { type RowsPage, readAll } from "./paging.ts";
import { type Row, toPerson } from "./wire.ts";

/* What the log of an incident alone shows: a resolved incident no longer has its acknowledgments. Source: OpenAPI. */

/** `GET /incidents/{id}/log_entries`, oldest first: the vendor promises no order. */
export async function readLog(http: HttpClient, id: string): Promise<RowsPage> {
  const page = await readAll(http, {
    route: `GET /incidents/${encodePart(id)}/log_entries`,
    name: "log_entries",
    query: [
      ["include[]", "channels"],
      ["time_zone", "UTC"],
    ],
  });
  page.rows.sort((a, b) => compareCodes(asTime(a.created_at) ?? "", asTime(b.created_at) ?? ""));
  return page;
}

/** How long a log that was read is as good as a new one. */
const freshMs = 5000;
const recent = new WeakMap<Connection, { id: string; page: RowsPage; at: number }>();

/** Keeps a log for whoever asks for the history of the same incident next. */
export function keepLog(connection: Connection, id: string, page: RowsPage): void {
  recent.set(connection, { id, page, at: connection.now().getTime() });
}

/** The log of an incident that was read a moment ago; undefined without one. */
export function takeLog(connection: Connection, id: string): RowsPage | undefined {
  const kept = recent.get(connection);
  recent.delete(connection);
  return kept !== undefined && kept.id === id && connection.now().getTime() - kept.at < freshMs ? kept.page : undefined;
}

/** The vendor's word for an entry: `acknowledge`, `resolve`. It has two for an acknowledgment. */
export function typeOf(row: Row): string {
  const type = (asText(row.type) ?? "").replace(/_log_entry(_reference)?$/, "");
  return type === "acknowledgement" ? "acknowledge" : type;
}

export interface Acknowledgment {
  /** ISO 8601 UTC. */
  at: string;
  /** Undefined for an event. */
  by: Person | undefined;
}

/** The acknowledgments of a log, oldest first. */
export function acknowledgmentsIn(rows: readonly Row[]): Acknowledgment[] {
  return rows.flatMap((row): Acknowledgment[] => {
    const at = asTime(row.created_at);
    if (typeOf(row) !== "acknowledge" || at === null) return [];
    const isPerson = (asText(asObject(row.agent)?.type) ?? "").startsWith("user");
    return [{ at, by: isPerson ? toPerson(row.agent) : undefined }];
  });
}

/** Who had it last, by its log. */
export function assigneesIn(rows: readonly Row[]): Person[] {
  const assigned = rows.map(({ assignees }) => asObjects(assignees).flatMap((one) => toPerson(one) ?? []));
  return assigned.findLast((people) => people.length > 0) ?? [];
}

/** What was written when it was resolved for the last time; null for nothing. */
export function resolutionIn(rows: readonly Row[]): string | null {
  const last = rows.filter((row) => typeOf(row) === "resolve").at(-1);
  const channel = asObject(last?.channel);
  return asText(last?.note) ?? asText(channel?.note) ?? asText(asObject(channel?.details)?.note);
}
