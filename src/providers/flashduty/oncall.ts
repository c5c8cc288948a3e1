import type { Person } from "../../model/incident.ts";
import type { OnCall, OnCallAnswer, OnCallQuery } from "../../model/oncall.ts";
import { findSchedules } from "../match.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObject, asText } from "../wire.ts";
import { listItems } from "./directory.ts";
import { readPeople } from "./people.ts";
import { toId, toTime } from "./wire.ts";

/** A shift with the ids of its people. */
interface Shift {
  start: number;
  end: number;
  people: string[];
}

/**
 * Without a time window the vendor computes no shifts. `cur_oncall` may be null all the same; then the final schedule, in which
 * overrides are applied, is what counts. Source: the vendor's own command line does the same.
 */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  const http = await connection.http();
  const now = Math.floor(at.getTime() / 1000);
  const isNow = Math.abs(at.getTime() - connection.now().getTime()) < 60_000;
  const rows = await listItems(http, "POST /schedule/list", { start: now, end: now + 86_400 });
  const known = rows.flatMap((row) => {
    const id = toId(row.schedule_id ?? row.id);
    const disabled = row.disabled === 1 || row.disabled === true;
    return id === null || disabled ? [] : [{ id, name: asText(row.schedule_name ?? row.name) ?? id, row }];
  });
  const { found, missing } = findSchedules(schedules, known);
  const chosen = found.map(({ id, name, row }) => ({ id, name, row, ...shiftsAt(row, now, isNow) }));
  const people = await readPeople(
    http,
    chosen.flatMap(({ current, next }) => [...(current?.people ?? []), ...(next?.people ?? [])]),
  );
  const named = (shift: Shift | undefined): Person[] =>
    (shift?.people ?? []).map((id) => people.get(id) ?? { id, name: null, email: null });
  const answers = chosen.map(({ id, name, row, current, next }): OnCallAnswer => {
    const users = named(current);
    const onCall: OnCall = {
      schedule: { id, name, timeZone: asText(row.time_zone) },
      users,
      from: toTime(current?.start),
      until: toTime(current?.end),
      next: next === undefined ? null : { users: named(next), from: toTime(next.start) },
      gap: users.length === 0,
      provider: "flashduty",
      profile: connection.profile.name,
    };
    return { onCall };
  });
  return [...answers, ...missing];
}

function shiftsAt(
  row: Record<string, unknown>,
  now: number,
  isNow: boolean,
): { current: Shift | undefined; next: Shift | undefined } {
  const final = asArray(asObject(row.final_schedule)?.schedules).flatMap((value) => toShift(value) ?? []);
  const told = isNow ? toShift(row.cur_oncall) : undefined;
  // An empty `cur_oncall` says as little as none.
  const current =
    told !== undefined && told.people.length > 0
      ? told
      : final.find(({ start, end, people }) => start <= now && now < end && people.length > 0);
  const later = final.filter(({ start, people }) => start > now && people.length > 0).sort((a, b) => a.start - b.start);
  const next = (isNow ? toShift(row.next_oncall) : undefined) ?? later[0];
  return { current, next: next !== undefined && next.people.length > 0 ? next : undefined };
}

function toShift(value: unknown): Shift | undefined {
  const shift = asObject(value);
  if (shift === undefined) return undefined;
  const members = asArray(asObject(shift.group)?.members);
  const people = members.flatMap((member) => asArray(asObject(member)?.person_ids).flatMap((id) => toId(id) ?? []));
  return { start: Number(shift.start ?? 0), end: Number(shift.end ?? 0), people: [...new Set(people)] };
}
