import pMap from "p-map";
import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { findSchedules } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import type { OnCall, OnCallAnswer, OnCallQuery, ScheduleReference } from "../../model/oncall.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText, asTime, first } from "../wire.ts";
import { idOf, listAll } from "./directory.ts";
import { toPerson } from "./wire.ts";

/** One shift, wherever the answer keeps it. The reference prints no body for this route, so it is read tolerantly. */
interface Shift {
  users: Person[];
  from: string | null;
  until: string | null;
}

/** `GET /api/schedules`, then `GET /api/schedules/{id}/on-call` for each that was asked for. */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  if (Math.abs(at.getTime() - connection.now().getTime()) > 60_000) {
    throw usageError("opsknight reports only who is on call now", "leave out --at");
  }
  const http = await connection.http();
  const rows = await listAll(http, "schedules");
  const all = rows.map((row): ScheduleReference => {
    const id = idOf(row, "schedules");
    return { id, name: asText(row.name) ?? id, timeZone: asText(first(row, "time_zone", "timeZone", "timezone")) };
  });
  const { found, missing } = findSchedules(schedules, all);
  const askAbout = async (schedule: ScheduleReference): Promise<OnCallAnswer> => {
    try {
      return { onCall: await ask(http, connection, schedule) };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.reason === "routeNotFound") {
        throw new CliError("failure", "this OpsKnight server does not publish who is on call", {
          status: 404,
          cause: error,
        });
      }
      // A wrong key or an interrupt is the same for every schedule.
      if (error.status === 401 || error instanceof Interrupted) throw error;
      return { schedule: schedule.name, error };
    }
  };
  const answers = await pMap(found, askAbout, { concurrency });
  return [...answers, ...missing];
}

/** Schedules that are asked about at the same time. */
const concurrency = 4;

const route = "GET /api/schedules/{id}/on-call";

function unreadable(): CliError {
  return new CliError("failure", `${route}: the response does not list who is on call`);
}

async function ask(http: HttpClient, { profile, now }: Connection, schedule: ScheduleReference): Promise<OnCall> {
  const { body } = await http.request(`GET /api/schedules/${encodeURIComponent(schedule.id)}/on-call`);
  const data = asObject(body)?.data ?? body;
  if (typeof data !== "object" || data === null)
    throw new CliError("failure", `${route}: nobody and no gap in the response`);
  const object = asObject(data);
  const current = first(object ?? {}, "on_call", "onCall", "current", "users", "user");
  // An object in which we find no place for people could hide somebody: that is not a gap.
  if (
    object !== undefined &&
    current === undefined &&
    !["on_call", "onCall", "current", "users", "user"].some((name) => name in object)
  ) {
    throw unreadable();
  }
  const told = object === undefined ? data : current;
  if ((Array.isArray(told) ? told : [told]).some(isStrange)) throw unreadable();
  const shifts = toShifts(told, object);
  const active = shifts.filter(({ from }) => from === null || Date.parse(from) <= now().getTime());
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

/** Where a shift may name its people. */
const places = ["users", "user", "user_id", "userId"];

/** Whether a shift has people that we cannot read: that is no gap. One that has a place for them, and nobody in it, is. */
function isStrange(shift: unknown): boolean {
  const object = asObject(shift);
  if (object === undefined || toShifts(shift, undefined).length > 0) return false;
  const people = first(object, ...places);
  return people === undefined
    ? !places.some((name) => name in object)
    : asArray(people).length > 0 || !Array.isArray(people);
}

/** Shifts out of a list of them, of people, or of one person; their times may stand beside them or around them. */
function toShifts(value: unknown, around: Record<string, unknown> | undefined): Shift[] {
  const entries = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return entries.flatMap((entry) => {
    const object = asObject(entry) ?? {};
    const people = asArray(object.users).length > 0 ? asArray(object.users) : [first(object, ...places) ?? entry];
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
