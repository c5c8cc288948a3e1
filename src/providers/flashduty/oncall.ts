import { CliError, usageError } from "../../errors.ts";
import type { Reference, Report } from "../../model/incident.ts";
import { findSchedules } from "../../model/match.ts";
import type { OnCall, OnCallAnswer, OnCallQuery, Shift } from "../../model/oncall.ts";
import type { Span } from "../../model/override.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { idOf, listItems } from "./directory.ts";
import { numericId } from "./ids.ts";
import { type People, readPeople, readPeopleOnce } from "./people.ts";
import { covers, isFilled, namedIn, type RawShift, shiftsOf, toShift } from "./shifts.ts";
import { readData, toId, toTime } from "./wire.ts";

/** A window must be shorter than 45 days. Source: OpenAPI. */
export const maxWindowSeconds = 45 * 86_400;
const daySeconds = 86_400;
const maxSkewSeconds = 600;
/** The vendor reports the next shift only of now. For another time this window has that of a weekly rotation. */
const weekSeconds = 8 * daySeconds;

/**
 * Sends a time window: without one the vendor computes no shifts. When `cur_oncall` is null or over in spite of it, the final schedule
 * decides, which has the overrides applied. Source: the vendor's own command line does the same.
 */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  const http = await connection.http();
  const isNow = Math.abs(at.getTime() - connection.now().getTime()) < 60_000;
  const start = Math.floor(at.getTime() / 1000);
  const list = (from: number) =>
    listItems(http, "POST /schedule/list", { start: from, end: from + (isNow ? daySeconds : weekSeconds) });
  let { rows, truncated } = await list(start);
  // Shifts begin and end by the vendor's clock.
  const moment = start + (isNow ? Math.round(http.clockAheadMs() / 1000) : 0);
  // Where the clocks differ much, the window that was asked for does not have the shifts of that moment.
  if (Math.abs(moment - start) > maxSkewSeconds) ({ rows, truncated } = await list(moment));
  const enabled = rows.filter(({ disabled }) => disabled !== 1 && disabled !== true);
  const known = enabled.map((row) => {
    const id = idOf(row, "schedules");
    return { id, name: asText(row.schedule_name ?? row.name) ?? id, row };
  });
  const { found, missing } = findSchedules(schedules, known);
  const unread: OnCallAnswer[] = [];
  const chosen = found.flatMap(({ id, name, row }) => {
    try {
      return [{ id, name, row, ...shiftsAt(row, moment, isNow) }];
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      unread.push({ schedule: name, error });
      return [];
    }
  });
  const people = await readPeople(
    http,
    chosen.flatMap(({ current, next }) => [...(current?.people ?? []), ...(next?.people ?? [])].map(({ id }) => id)),
  );
  const answers = chosen.map(({ id, name, row, current, next }): OnCallAnswer => {
    const onCall: OnCall = {
      schedule: { id, name, timeZone: asText(row.time_zone) },
      ...(current === undefined ? { users: [], gap: true } : namedIn(current, people)),
      from: toTime(current?.start),
      until: toTime(current?.end),
      next: next === undefined ? null : { users: namedIn(next, people).users, from: toTime(next.start) },
      provider: "flashduty",
      profile: connection.profile.name,
    };
    return { onCall: inOrder(onCall) };
  });
  const others = truncated === undefined ? [] : [{ schedule: "others", error: new CliError("failure", truncated) }];
  const names = people.unknown === undefined ? [] : [{ unknown: people.unknown }];
  return [...answers, ...unread, ...missing, ...others, ...names];
}

/** The fields in their usual order. */
function inOrder({ schedule, users, from, until, next, gap, provider, profile }: OnCall): OnCall {
  return { schedule, users, from, until, next, gap, provider, profile };
}

/** See `Provider.shifts`. */
export async function shifts(connection: Connection, schedule: Reference, span: Span): Promise<Report<Shift>> {
  if (secondsOf(span).length >= maxWindowSeconds)
    throw usageError("flashduty lists shifts of less than 45 days", "--for 30d");
  return shiftsIn(connection, schedule, span, await readRow(connection, schedule, span));
}

function secondsOf({ from, until }: Span): { start: number; end: number; length: number } {
  const [start, end] = [Math.floor(from.getTime() / 1000), Math.ceil(until.getTime() / 1000)];
  return { start, end, length: end - start };
}

/** A schedule as the vendor reports it, with its shifts in a span. */
export async function readRow(connection: Connection, { id }: Reference, span: Span): Promise<Record<string, unknown>> {
  const http = await connection.http();
  const { start, end } = secondsOf(span);
  const body = { schedule_id: numericId(id, "a schedule"), start, end };
  const answer = await http.request("POST /schedule/info", { body, idempotent: true, reads: true });
  const schedule = readData(answer.body);
  // A response without a schedule must not look like a schedule without shifts.
  if (toId(schedule.schedule_id ?? schedule.id) === null)
    throw new CliError("failure", "POST /schedule/info: no schedule in the response");
  return schedule;
}

/** The shifts of a span, in a schedule that was read for it. */
export async function shiftsIn(
  connection: Connection,
  { id, name }: Reference,
  span: Span,
  schedule: Record<string, unknown>,
): Promise<Report<Shift>> {
  const http = await connection.http();
  const { start, end } = secondsOf(span);
  const raw = shiftsOf(schedule)
    .map((shift) => (shift.end === 0 ? { ...shift, end } : shift))
    .filter((shift) => shift.end > start && shift.start < end);
  const people = await readPeopleOnce(
    http,
    raw.flatMap((shift) => shift.people.map((person) => person.id)),
  );
  const rows = withGaps(raw, start, end).map((shift) => toRow(shift, people, { id, name }, connection));
  return { rows, ...(people.unknown !== undefined && { unknown: people.unknown }) };
}

function toRow(shift: RawShift, people: People, schedule: Reference, { profile }: Connection): Shift {
  const { users, gap } = isFilled(shift) ? namedIn(shift, people) : { users: [], gap: true };
  const [from, until] = [toIso(shift.start), toIso(shift.end)];
  const override = shift.override ?? null;
  return { schedule, from, until, users, gap, override, provider: "flashduty", profile: profile.name };
}

/** The shifts in order. Gaps become shifts without people. */
function withGaps(raw: RawShift[], start: number, end: number): RawShift[] {
  const complete: RawShift[] = [];
  const nobody = { people: [], group: null };
  let at = start;
  for (const shift of raw.sort((a, b) => a.start - b.start)) {
    if (shift.start > at) complete.push({ start: at, end: shift.start, ...nobody });
    complete.push(shift);
    at = Math.max(at, shift.end);
  }
  if (at < end) complete.push({ start: at, end, ...nobody });
  return complete;
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function shiftsAt(
  row: Record<string, unknown>,
  moment: number,
  isNow: boolean,
): { current: RawShift | undefined; next: RawShift | undefined } {
  const filled = shiftsOf(row).filter(isFilled);
  const reported = isNow ? toShift(row.cur_oncall) : undefined;
  // A `cur_oncall` without people or a group counts as missing, and so does one that is over.
  const isCurrent = reported !== undefined && isFilled(reported) && covers(reported, moment);
  const current = isCurrent ? reported : filled.find((shift) => covers(shift, moment));
  const later = filled.filter(({ start }) => start > moment).sort((a, b) => a.start - b.start);
  const announced = isNow ? toShift(row.next_oncall) : undefined;
  const isAhead = announced !== undefined && isFilled(announced) && announced.start > moment;
  return { current, next: isAhead ? announced : later[0] };
}
