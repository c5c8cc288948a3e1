import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person, Reference, Report } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../../model/override.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObjects, asText, asTime } from "../wire.ts";
import { kindOfSchedule } from "./directory.ts";
import { maxWindowMs, shiftsIn, windowOf } from "./oncall.ts";
import { iso, readSchedule } from "./schedules.ts";
import { addShiftOverride, readShiftOverrides, removeShiftOverride, stateOf } from "./shift-overrides.ts";
import { idOf, type Row, readRows, toPerson } from "./wire.ts";

/* Overrides of schedules, here of those that are made of layers. Source: the vendor's OpenAPI and documentation. */

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
  const http = await connection.http();
  const found = new Map<string, Override>();
  const isOfShifts = kindOfSchedule(connection, schedule.id) === "shifts";
  const readSome = isOfShifts ? readShiftOverrides : readOverrides;
  let from = connection.now();
  let unknown: string | undefined;
  for (let index = 0; index < windowsListed; index += 1) {
    const until = new Date(from.getTime() + maxWindowMs - dayMs);
    const report = await readSome(http, connection, schedule, { from, until });
    for (const one of report.rows) found.set(one.id, one);
    unknown ??= report.unknown;
    from = until;
  }
  return { rows: [...found.values()], ...defined({ unknown }) };
}

/** See `Provider.overrides.read`. */
export async function readForChange(connection: Connection, schedule: Reference, span: Span): Promise<ScheduleState> {
  const http = await connection.http();
  const reading = readSchedule(http, connection, schedule.id, windowOf(span));
  const kind = kindOfSchedule(connection, schedule.id) ?? (await reading).kind;
  const readSome = kind === "shifts" ? readShiftOverrides : readOverrides;
  const [raw, report] = await Promise.all([reading, readSome(http, connection, schedule, span)]);
  const overrides = report.rows;
  return {
    schedule,
    shifts: shiftsIn(connection, schedule, raw, windowOf(span)),
    overrides,
    version: JSON.stringify([raw.layers, raw.shifts, overrides]),
    raw: kind === "shifts" ? stateOf(raw.shifts) : {},
    ...defined({ unknown: raw.unknown ?? report.unknown }),
  };
}

async function readOverrides(
  http: HttpClient,
  connection: Connection,
  schedule: Reference,
  { from, until }: Span,
): Promise<Report<Override>> {
  const search = new URLSearchParams({ since: iso(from.getTime()), until: iso(until.getTime()) });
  const answer = await http.request(`GET /schedules/${encodePart(schedule.id)}/overrides`, {
    search: search.toString(),
  });
  const rows = readRows(answer, "overrides", listRoute)
    .rows.map((row) => toOverride(connection, schedule, row, listRoute))
    .filter((one) => Date.parse(one.from) < until.getTime() && Date.parse(one.until ?? "") > from.getTime())
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return { rows };
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
  state: ScheduleState,
  override: NewOverride,
): Promise<Override> {
  const { schedule, raw } = state;
  if (raw.shifts !== undefined) return addShiftOverride(connection, state, override);
  const { user, from, until } = override;
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
  { schedule, raw }: ScheduleState,
  { id }: Override,
): Promise<void> {
  const http = await connection.http();
  if (raw.shifts !== undefined) return removeShiftOverride(http, schedule, id);
  await http.request(`DELETE /schedules/${encodePart(schedule.id)}/overrides/${encodePart(id)}`, {
    anyType: true,
  });
}
