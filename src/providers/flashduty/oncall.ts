import { CliError, usageError } from "../../errors.ts";
import type { Person, Reference } from "../../model/incident.ts";
import { findSchedules } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import type { OnCall, OnCallAnswer, OnCallQuery, Shift } from "../../model/oncall.ts";
import type { Connection } from "../provider.ts";
import { asArray, asText } from "../wire.ts";
import { idOf, listItems } from "./directory.ts";
import { readPeople } from "./people.ts";
import { readData, toId, toTime } from "./wire.ts";

/** A shift with the ids of its people; times are Unix seconds. */
interface RawShift {
  start: number;
  end: number;
  people: string[];
}

/** A window must be shorter than 45 days. Source: OpenAPI. */
const maxWindowSeconds = 45 * 86_400;

/**
 * Sends a time window: without one the vendor computes no shifts. When `cur_oncall` is null in spite of it, the final schedule
 * decides, which has the overrides applied. Source: the vendor's own command line does the same.
 */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  const http = await connection.http();
  const now = Math.floor(at.getTime() / 1000);
  const isNow = Math.abs(at.getTime() - connection.now().getTime()) < 60_000;
  const rows = await listItems(http, "POST /schedule/list", { start: now, end: now + 86_400 });
  const enabled = rows.filter(({ disabled }) => disabled !== 1 && disabled !== true);
  const known = enabled.map((row) => {
    const id = idOf(row, "schedules");
    return { id, name: asText(row.schedule_name ?? row.name) ?? id, row };
  });
  const { found, missing } = findSchedules(schedules, known);
  const chosen = found.map(({ id, name, row }) => ({ id, name, row, ...shiftsAt(row, now, isNow) }));
  const people = await readPeople(
    http,
    chosen.flatMap(({ current, next }) => [...(current?.people ?? []), ...(next?.people ?? [])]),
  );
  const named = (shift: RawShift | undefined): Person[] =>
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

/** See `Provider.shifts`. */
export async function shifts(
  connection: Connection,
  { id, name }: Reference,
  { from, until }: { from: Date; until: Date },
): Promise<Shift[]> {
  const [start, end] = [Math.floor(from.getTime() / 1000), Math.ceil(until.getTime() / 1000)];
  if (end - start >= maxWindowSeconds) throw usageError("flashduty lists shifts of less than 45 days", "--for 30d");
  const http = await connection.http();
  const body = { schedule_id: Number(id), start, end };
  const answer = await http.request("POST /schedule/info", { body, idempotent: true, reads: true });
  const schedule = readData(answer.body);
  // A response without a schedule must not look like a schedule without shifts.
  if (toId(schedule.schedule_id ?? schedule.id) === null)
    throw new CliError("failure", "POST /schedule/info: no schedule in the response");
  const raw = finalShifts(schedule).filter((shift) => shift.end > start && shift.start < end);
  const people = await readPeople(
    http,
    raw.flatMap((shift) => shift.people),
  );
  return withGaps(raw, start, end).map(
    (shift): Shift => ({
      schedule: { id, name },
      from: toIso(shift.start),
      until: toIso(shift.end),
      users: shift.people.map((personId) => people.get(personId) ?? { id: personId, name: null, email: null }),
      gap: shift.people.length === 0,
      provider: "flashduty",
      profile: connection.profile.name,
    }),
  );
}

/** The shifts in order. Gaps become shifts without people. */
function withGaps(raw: RawShift[], start: number, end: number): RawShift[] {
  const complete: RawShift[] = [];
  let at = start;
  for (const shift of raw.sort((a, b) => a.start - b.start)) {
    if (shift.start > at) complete.push({ start: at, end: shift.start, people: [] });
    complete.push(shift);
    at = Math.max(at, shift.end);
  }
  if (at < end) complete.push({ start: at, end, people: [] });
  return complete;
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function shiftsAt(
  row: Record<string, unknown>,
  now: number,
  isNow: boolean,
): { current: RawShift | undefined; next: RawShift | undefined } {
  const final = finalShifts(row);
  const reported = isNow ? toShift(row.cur_oncall) : undefined;
  // A `cur_oncall` without people counts as missing.
  const current =
    reported !== undefined && reported.people.length > 0
      ? reported
      : final.find(({ start, end, people }) => start <= now && now < end && people.length > 0);
  const later = final.filter(({ start, people }) => start > now && people.length > 0).sort((a, b) => a.start - b.start);
  const next = (isNow ? toShift(row.next_oncall) : undefined) ?? later[0];
  return { current, next: next !== undefined && next.people.length > 0 ? next : undefined };
}

/** The shifts of the final schedule, with overrides applied. */
function finalShifts(row: Record<string, unknown>): RawShift[] {
  return asArray(asObject(row.final_schedule)?.schedules).flatMap((value) => toShift(value) ?? []);
}

function toShift(value: unknown): RawShift | undefined {
  const shift = asObject(value);
  if (shift === undefined) return undefined;
  const members = asArray(asObject(shift.group)?.members);
  const people = members.flatMap((member) => asArray(asObject(member)?.person_ids).flatMap((id) => toId(id) ?? []));
  return { start: Number(shift.start ?? 0), end: Number(shift.end ?? 0), people: [...new Set(people)] };
}
