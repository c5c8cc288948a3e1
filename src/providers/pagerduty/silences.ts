import { CliError, usageError } from "../../errors.ts";
import type { Reference, Report } from "../../model/incident.ts";
import type { NewSilence, Silence } from "../../model/silence.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText, asTime } from "../wire.ts";
import { actingHeaders } from "./acting-user.ts";
import { readAll } from "./paging.ts";
import { iso } from "./schedules.ts";
import { idOf, type Row, readOne, toReference } from "./wire.ts";

/* Maintenance windows, in which a service opens no incidents. Source: OpenAPI. */

/** See `Provider.silences.list`. A window of several services is a silence of each, under one id. */
export async function listSilences(
  connection: Connection,
  services: readonly string[],
  state: "open" | "ongoing" = "open",
): Promise<Report<Silence>> {
  const http = await connection.http();
  const { rows, truncated } = await readAll(http, {
    route: "GET /maintenance_windows",
    name: "maintenance_windows",
    query: [["filter", state], ...services.map((id) => ["service_ids[]", id] as const)],
  });
  const nowMs = connection.now().getTime();
  const silences = rows
    .flatMap((row) => toSilences(row, connection))
    .filter(({ until }) => until === null || Date.parse(until) > nowMs)
    .filter(({ service }) => services.length === 0 || service === null || services.includes(service.id));
  return { rows: silences, ...(truncated !== undefined && { unknown: `this list is not complete: ${truncated}` }) };
}

function toSilences(row: Row, connection: Connection): Silence[] {
  const all = asObjects(row.services).flatMap((service) => toReference(service) ?? []);
  return (all.length === 0 ? [null] : all).map((service) => toSilence(row, service, connection));
}

function toSilence(row: Row, service: Reference | null, { profile, now }: Connection): Silence {
  const [from, until] = [asTime(row.start_time), asTime(row.end_time)];
  const nowMs = now().getTime();
  return {
    id: idOf(row, "GET /maintenance_windows"),
    service,
    match: [],
    reason: asText(row.description),
    from,
    until,
    active: (from === null || Date.parse(from) <= nowMs) && (until === null || Date.parse(until) > nowMs),
    provider: "pagerduty",
    profile: profile.name,
  };
}

/** See `Provider.silences.check`. */
export function checkSilence({ match }: NewSilence): void {
  if (match.length > 0)
    throw usageError(
      "a maintenance window of PagerDuty silences all of a service, and cannot choose by labels",
      "leave out --match",
    );
}

/** See `Provider.silences.add`. */
export async function addSilence(connection: Connection, silence: NewSilence): Promise<Silence> {
  checkSilence(silence);
  const { service, reason, from, until } = silence;
  const http = await connection.http();
  const headers = await actingHeaders(connection);
  const window = {
    type: "maintenance_window",
    start_time: iso(from.getTime()),
    end_time: iso(Math.ceil(until.getTime() / 1000) * 1000),
    ...(reason !== undefined && { description: reason }),
    services: [{ id: service.id, type: "service_reference" }],
  };
  const answer = await http.request("POST /maintenance_windows", { body: { maintenance_window: window }, headers });
  if (answer.attempts === 0) return toSilence({ ...window, id: "" }, service, connection);
  try {
    const row = readOne(answer, "maintenance_window", "POST /maintenance_windows");
    return toSilence(row, toReference(asObjects(row.services)[0]) ?? service, connection);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw error.reworded(`${error.message}; it may have been added`, { hint: "onduty silences list" });
  }
}

/** See `Provider.silences.remove`. One that has ended can no longer be deleted: a 405. */
export async function removeSilence(connection: Connection, id: string): Promise<void> {
  const http = await connection.http();
  try {
    await http.request(`DELETE /maintenance_windows/${encodePart(id)}`, { idempotent: true });
  } catch (error) {
    if (!(error instanceof CliError) || (error.status !== 405 && error.kind !== "notFound")) throw error;
    const what = error.status === 405 ? "has ended already" : "not found";
    throw new CliError("notFound", `maintenance window "${id}" ${what} (${error.status})`, {
      hint: "onduty silences list",
      cause: error,
    });
  }
}
