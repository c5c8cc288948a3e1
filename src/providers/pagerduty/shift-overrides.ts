import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { forProfile } from "../../model/command-line.ts";
import type { Person, Reference, Report } from "../../model/incident.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../../model/override.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObjects, asTime } from "../wire.ts";
import { pageOfSchedule } from "./directory.ts";
import { readAll } from "./paging.ts";
import { iso, personOf, type RawShift, readPeople } from "./schedules.ts";
import { idOf, type Row } from "./wire.ts";

/* Overrides of shift-based schedules: each takes the place of one person in one shift. Source: OpenAPI. */

const listRoute = "GET /v3/schedules/{id}/overrides";
const addRoute = "POST /v3/schedules/{id}/overrides";

function pathOf({ id }: Reference): `/v3/schedules/${string}/overrides` {
  return `/v3/schedules/${encodePart(id)}/overrides`;
}

/** Those that overlap a span, in the order of time. */
export async function readShiftOverrides(
  http: HttpClient,
  connection: Connection,
  schedule: Reference,
  { from, until }: Span,
): Promise<Report<Override>> {
  const { rows, truncated } = await readAll(http, {
    route: `GET ${pathOf(schedule)}`,
    name: "overrides",
    query: [
      ["since", iso(from.getTime())],
      ["until", iso(until.getTime())],
      ["time_zone", "UTC"],
      ["overflow", "true"],
    ],
  });
  const members = rows.map((row) => personOf(row.overriding_member, listRoute));
  const { people, unknown = truncated } = await readPeople(
    http,
    members.flatMap((one) => one?.id ?? []),
  );
  const overrides = rows
    .map((row, index) => {
      const member = members[index] ?? null;
      return toOverride(connection, schedule, row, member === null ? null : (people.get(member.id) ?? member));
    })
    .filter((one) => Date.parse(one.from) < until.getTime() && Date.parse(one.until ?? "") > from.getTime())
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return { rows: overrides, ...(unknown !== undefined && { unknown }) };
}

/** @throws {CliError} `failure` when it cannot be read */
function toOverride({ profile }: Connection, schedule: Reference, row: Row, person: Person | null): Override {
  const [from, until] = [asTime(row.start_time), asTime(row.end_time)];
  if (from === null || until === null)
    throw new CliError("failure", `${listRoute}: an override in the response cannot be read`);
  const users = person === null ? [] : [person];
  return { id: idOf(row, listRoute), schedule, users, from, until, provider: "pagerduty", profile: profile.name };
}

/** What `addShiftOverride` needs of a schedule. */
export function stateOf(shifts: readonly RawShift[]): ScheduleState["raw"] {
  return { shifts };
}

/**
 * See `Provider.overrides.add`.
 *
 * @throws {CliError} `usage`, before anything is sent, for a span that is not of one shift of one person
 */
export async function addShiftOverride(
  connection: Connection,
  state: ScheduleState,
  override: NewOverride,
): Promise<Override> {
  const { schedule } = state;
  const { user, from, until } = override;
  const { source, person } = shiftFor(connection, state, override);
  const item = {
    type: "override_shift",
    ...source,
    start_time: iso(from.getTime()),
    end_time: iso(until.getTime()),
    overridden_member: { type: "user_member", user_id: person?.id },
    overriding_member: { type: "user_member", user_id: user.id },
  };
  const http = await connection.http();
  const { body, attempts, requestId } = await http.request(`POST ${pathOf(schedule)}`, { body: { overrides: [item] } });
  if (attempts === 0) return toOverride(connection, schedule, { id: "?", ...item }, user);
  const [row] = asObjects((body as { overrides?: unknown } | undefined)?.overrides);
  if (row !== undefined) return toOverride(connection, schedule, { ...item, ...row }, user);
  const details = { requestId: requestId ?? undefined, reason: "maybeSent" } as const;
  throw new CliError("failure", `${addRoute}: no override in the response`, details);
}

/** The shift that an override takes the place of. */
function shiftFor(connection: Connection, { schedule, raw }: ScheduleState, { from, until }: Span): RawShift {
  const [start, end] = [from.getTime(), until.getTime()];
  const own = (asArray(raw.shifts) as RawShift[]).filter((one) => one.start < end && one.end > start);
  const page = pageOfSchedule(connection, schedule.id);
  const see = page === null ? "use the web application of PagerDuty" : `see ${page}`;
  const only = `an override of a shift-based schedule takes the place of one person in one shift`;
  const [shift] = own;
  if (shift === undefined || own.some(({ person }) => person === null))
    throw usageError(`${only}, and nobody is on call on ${schedule.name} in a part of that time`, see);
  if (own.some(({ source }) => source === undefined))
    throw usageError(
      `${only}, and on ${schedule.name} another override does so already`,
      forProfile(`onduty schedules override list ${schedule.id}`, connection.profile),
    );
  if (own.some((one) => one !== shift && one.start < shift.end && one.end > shift.start))
    throw usageError(`${only}, and several are on call on ${schedule.name}`, see);
  if (shift.start > start || shift.end < end)
    throw usageError(
      `${only}, which ends at ${new Date(shift.end).toISOString()}`,
      `--until ${new Date(shift.end).toISOString()}`,
    );
  return shift;
}

/** See `Provider.overrides.remove`. */
export async function removeShiftOverride(http: HttpClient, schedule: Reference, id: string): Promise<void> {
  await http.request(`DELETE ${pathOf(schedule)}/${encodePart(id)}`, { anyType: true });
}
