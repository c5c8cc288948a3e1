import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person, Reference, Report } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../../model/override.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObjects, asText, asTime } from "../wire.ts";
import { kindOfSchedule, pageOfSchedule } from "./directory.ts";
import { maxWindowMs, shiftsIn, windowOf } from "./oncall.ts";
import { iso, readSchedule } from "./schedules.ts";
import { idOf, type Row, readRows, toPerson } from "./wire.ts";

/* Overrides of schedules that are made of layers. Source: the vendor's OpenAPI and documentation. */

const dayMs = 86_400_000;
const secondMs = 1000;
const listRoute = "GET /schedules/{id}/overrides";
const addRoute = "POST /schedules/{id}/overrides";

/** See `Provider.overrides.span`. Whole seconds, as the vendor reports them. */
export function overrideSpan({ from, until }: Span): Span {
  const start = Math.floor(from.getTime() / secondMs);
  const end = Math.max(start + 1, Math.floor(until.getTime() / secondMs));
  if ((end - start) * secondMs > maxWindowMs)
    throw usageError("an override on pagerduty is 90 days long at most", "--for 90d");
  return { from: new Date(start * secondMs), until: new Date(end * secondMs) };
}

/** How many windows the list reads: together about a year. */
const windowsListed = 4;

/** See `Provider.overrides.list`. The route takes a window; that of shifts is known to be accepted. */
export async function listOverrides(connection: Connection, schedule: Reference): Promise<Report<Override>> {
  refuseShiftBased(connection, schedule);
  const http = await connection.http();
  const found = new Map<string, Override>();
  let from = connection.now();
  for (let index = 0; index < windowsListed; index += 1) {
    const until = new Date(from.getTime() + maxWindowMs - dayMs);
    for (const one of await readOverrides(http, connection, schedule, { from, until })) found.set(one.id, one);
    from = until;
  }
  return { rows: [...found.values()] };
}

/** See `Provider.overrides.read`. */
export async function readForChange(connection: Connection, schedule: Reference, span: Span): Promise<ScheduleState> {
  refuseShiftBased(connection, schedule);
  const http = await connection.http();
  const [raw, overrides] = await Promise.all([
    readSchedule(http, connection, schedule.id, windowOf(span)),
    readOverrides(http, connection, schedule, span),
  ]);
  if (raw.kind === "shifts") throw shiftBased(raw.page);
  return {
    schedule,
    shifts: shiftsIn(connection, schedule, raw, windowOf(span)),
    overrides,
    version: JSON.stringify([raw.layers, raw.shifts, overrides]),
    raw: {},
    ...defined({ unknown: raw.unknown }),
  };
}

/** Those have overrides of another kind, of a rotation or a shift each. */
function refuseShiftBased(connection: Connection, { id }: Reference): void {
  if (kindOfSchedule(connection, id) === "shifts") throw shiftBased(pageOfSchedule(connection, id));
}

function shiftBased(page: string | null): CliError {
  return new CliError("usage", "overrides of a shift-based schedule can only be seen and changed on its page", {
    hint: page === null ? "use the web application of PagerDuty" : `see ${page}`,
    reason: "unsupported",
  });
}

async function readOverrides(
  http: HttpClient,
  connection: Connection,
  schedule: Reference,
  { from, until }: Span,
): Promise<Override[]> {
  const search = new URLSearchParams({ since: iso(from.getTime()), until: iso(until.getTime()) });
  const answer = await http.request(`GET /schedules/${encodePart(schedule.id)}/overrides`, {
    search: search.toString(),
  });
  return readRows(answer, "overrides", listRoute)
    .rows.map((row) => toOverride(connection, schedule, row, listRoute))
    .filter((one) => Date.parse(one.from) < until.getTime() && Date.parse(one.until ?? "") > from.getTime())
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
}

/** @throws {CliError} `failure` when it cannot be read */
function toOverride({ profile }: Connection, schedule: Reference, row: Row, route: string, given?: Person): Override {
  const [from, until, person] = [asTime(row.start), asTime(row.end), given ?? toPerson(row.user)];
  if (from === null || until === null || person === undefined)
    throw new CliError("failure", `${route}: an override in the response cannot be read`);
  const id = idOf(row, route);
  return { id, schedule, users: [person], from, until, provider: "pagerduty", profile: profile.name };
}

/** See `Provider.overrides.add`. Each item of the response has a status of its own. */
export async function addOverride(
  connection: Connection,
  { schedule }: ScheduleState,
  { user, from, until }: NewOverride,
): Promise<Override> {
  const item = { start: iso(from.getTime()), end: iso(until.getTime()), user: { id: user.id, type: "user_reference" } };
  const http = await connection.http();
  const { body, attempts, requestId } = await http.request(`POST /schedules/${encodePart(schedule.id)}/overrides`, {
    body: { overrides: [item] },
  });
  if (attempts === 0) return toOverride(connection, schedule, { id: "?", ...item }, addRoute, user);
  const [result] = asObjects(body);
  const details = { requestId: requestId ?? undefined };
  if (result === undefined)
    throw new CliError("failure", `${addRoute}: no result in the response`, { ...details, reason: "maybeSent" });
  const status = Number(result.status);
  if (!(status >= 200 && status < 300)) {
    const reasons = asArray(result.errors).flatMap((one) => asText(one) ?? []);
    const why = [...reasons, asText(result.status) ?? "no status"].join("; ");
    throw new CliError("failure", `${addRoute}: the override was refused: ${why}`, { ...details, status });
  }
  return toOverride(connection, schedule, { ...item, ...asObject(result.override) }, addRoute, user);
}

/** See `Provider.overrides.remove`. One that has begun is cut, which is a 200. */
export async function removeOverride(
  connection: Connection,
  { schedule }: ScheduleState,
  { id }: Override,
): Promise<void> {
  const http = await connection.http();
  await http.request(`DELETE /schedules/${encodePart(schedule.id)}/overrides/${encodePart(id)}`, {
    anyType: true,
  });
}
