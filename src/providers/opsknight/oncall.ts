import pMap from "p-map";
import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { findSchedules } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import type { OnCall, OnCallAnswer, OnCallQuery, ScheduleReference } from "../../model/oncall.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText, asTime, first } from "../wire.ts";
import { idOf, listAll } from "./directory.ts";
import { pageAddress, toPerson } from "./wire.ts";

/** A shift, from any form of the response. The reference shows no body for this route, so several forms are accepted. */
interface Shift {
  users: Person[];
  from: string | null;
  until: string | null;
}

/** `GET /api/schedules`, then `GET /api/schedules/{id}/on-call` for each schedule of the query. */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  if (Math.abs(at.getTime() - connection.now().getTime()) > 60_000) {
    const page = pageAddress(connection.profile, "schedules", undefined);
    throw usageError("opsknight reports only who is on call now", `leave out --at, or see ${page}`);
  }
  const http = await connection.http();
  // The schedules are read at once, as soon as their ids are known.
  http.prepareConnections(Math.min(schedules.length || concurrency, concurrency));
  const rows = await listAll(http, "schedules");
  const all = rows.map((row): ScheduleReference => {
    const id = idOf(row, "schedules");
    return { id, name: asText(row.name) ?? id, timeZone: asText(first(row, "time_zone", "timeZone", "timezone")) };
  });
  const { found, missing } = findSchedules(schedules, all);
  const readSchedule = async (schedule: ScheduleReference): Promise<OnCallAnswer> => {
    try {
      return { onCall: await readOnCall(http, connection, schedule) };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.reason === "routeNotFound") {
        throw new CliError("failure", "this OpsKnight server does not publish who is on call", {
          status: 404,
          reason: "notPublished",
          hint: `see ${scheduleAddress(connection, found)}`,
          cause: error,
        });
      }
      // A wrong key or an interrupt concerns every schedule.
      if (error.status === 401 || error instanceof Interrupted) throw error;
      return { schedule: schedule.name, error };
    }
  };
  const answers = await pMap(found, readSchedule, { concurrency });
  return [...answers, ...missing];
}

/** Where the web application shows who is on call: the page of the schedule, or of all. */
function scheduleAddress({ profile }: Connection, schedules: readonly ScheduleReference[]): string {
  const [only, ...others] = schedules;
  return pageAddress(profile, "schedules", others.length === 0 ? only?.id : undefined);
}

/** See `Provider.schedulePage`. */
export function schedulePage({ profile }: Connection, id?: string): string {
  return pageAddress(profile, "schedules", id);
}

/** Number of schedules read at the same time. */
const concurrency = 4;

const route = "GET /api/schedules/{id}/on-call";

function unreadable(): CliError {
  return new CliError("failure", `${route}: the response does not list who is on call`);
}

async function readOnCall(
  http: HttpClient,
  { profile, now }: Connection,
  schedule: ScheduleReference,
): Promise<OnCall> {
  const { body } = await http.request(`GET /api/schedules/${encodePart(schedule.id)}/on-call`);
  const data = asObject(body)?.data ?? body;
  if (typeof data !== "object" || data === null)
    throw new CliError("failure", `${route}: nobody and no gap in the response`);
  const object = asObject(data);
  const current = first(object ?? {}, "on_call", "onCall", "current", "users", "user");
  // An object without a known field for people could hide somebody: it is not a gap.
  if (
    object !== undefined &&
    current === undefined &&
    !["on_call", "onCall", "current", "users", "user"].some((name) => name in object)
  ) {
    throw unreadable();
  }
  const present = object === undefined ? data : current;
  if ((Array.isArray(present) ? present : [present]).some(hasUnreadablePeople)) throw unreadable();
  const shifts = toShifts(present, object);
  // Shifts begin by the vendor's clock.
  const vendorNow = now().getTime() + http.clockAheadMs();
  const active = shifts.filter(({ from }) => from === null || Date.parse(from) <= vendorNow);
  const users = active.flatMap((shift) => shift.users);
  const [next] = toShifts(object?.next, undefined);
  return {
    schedule,
    users,
    from: active[0]?.from ?? null,
    until: active[0]?.until ?? null,
    next: next === undefined || next.users.length === 0 ? null : { users: next.users, from: next.from },
    gap: users.length === 0,
    provider: "opsknight",
    profile: profile.name,
  };
}

/** Fields in which a shift may name its people. */
const peopleFields = ["users", "user", "user_id", "userId"];

/** Whether a shift may have people that we cannot read. A shift with a known field that names nobody is a gap instead. */
function hasUnreadablePeople(shift: unknown): boolean {
  const object = asObject(shift);
  if (object === undefined || toShifts(shift, undefined).length > 0) return false;
  const people = first(object, ...peopleFields);
  return people === undefined
    ? !peopleFields.some((name) => name in object)
    : asArray(people).length > 0 || !Array.isArray(people);
}

/** Shifts from a list of shifts, a list of people, or one person. Their times are fields of each, or of `around`. */
function toShifts(value: unknown, around: Record<string, unknown> | undefined): Shift[] {
  const entries = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return entries.flatMap((entry) => {
    const object = asObject(entry) ?? {};
    const people = asArray(object.users).length > 0 ? asArray(object.users) : [first(object, ...peopleFields) ?? entry];
    const users = people.flatMap((person) => toPerson(person) ?? []);
    const time = (...names: string[]): string | null =>
      asTime(first(object, ...names) ?? (around && first(around, ...names)));
    return users.length === 0
      ? []
      : [
          {
            users,
            from: time("start", "from", "starts_at", "startsAt"),
            until: time("end", "until", "ends_at", "endsAt"),
          },
        ];
  });
}
