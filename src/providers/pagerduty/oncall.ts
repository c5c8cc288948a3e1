import pMap from "p-map";
import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person, Reference, Report } from "../../model/incident.ts";
import { findSchedules } from "../../model/match.ts";
import { asObject, defined } from "../../model/object.ts";
import type {
  EscalationLevel,
  OnCall,
  OnCallAnswer,
  OnCallQuery,
  ScheduleReference,
  Shift,
} from "../../model/oncall.ts";
import type { Span } from "../../model/override.ts";
import type { Connection } from "../provider.ts";
import { asText, asTime } from "../wire.ts";
import { schedulePages } from "./directory.ts";
import { readAll } from "./paging.ts";
import { iso, type RawSchedule, type RawShift, readSchedule, type Window } from "./schedules.ts";
import { idOf, nameOf, type Row, toPerson, toReference } from "./wire.ts";

/* Who is on call. Source: the vendor's OpenAPI and documentation, and issues of its clients. */

const dayMs = 86_400_000;
/** How far the next shift is looked for: that of a rotation by two weeks. */
const aheadMs = 15 * dayMs;
/** Of a window of shifts, and how far ahead the vendor shows who is on call. Source: OpenAPI. */
export const maxWindowMs = 90 * dayMs;
/** Schedules that are read at once. */
const atOnce = 2;

/**
 * No route is enough: `/oncalls` has no row of a schedule that no escalation policy uses, which is no gap. So a schedule without a row
 * is read itself.
 */
export async function onCall(connection: Connection, { schedules, at }: OnCallQuery): Promise<OnCallAnswer[]> {
  const moment = at.getTime();
  const latest = connection.now().getTime() + maxWindowMs;
  if (moment > latest) throw usageError("pagerduty shows who is on call up to 90 days ahead", "--at +90d");
  const http = await connection.http();
  const until = Math.min(moment + aheadMs, latest);
  const [all, rows] = await Promise.all([readSchedules(connection, http), readRows(http, moment, until)]);
  const unknown = rows.truncated === undefined ? all.unknown : [...all.unknown, rows.truncated];
  const { found, missing } = findSchedules(schedules, withThoseOf(rows.rows, all.known));
  const bySchedule = groupBy(rows.rows, (row) => asText(asObject(row.schedule)?.id) ?? "");
  const answers = await pMap(
    found,
    async (schedule): Promise<OnCallAnswer[]> => {
      const ownRows = bySchedule.get(schedule.id) ?? [];
      const own = ownRows.flatMap((row) => toShift(row) ?? []);
      const escalation = levelsOf(ownRows);
      const hasCurrent = own.some((shift) => covers(shift, moment));
      if (hasCurrent) return [{ onCall: { ...toOnCall(connection, schedule, own, moment), escalation } }];
      try {
        const window = { since: moment - dayMs, until: moment + aheadMs };
        const { shifts: raw, timeZone, unknown: nameless } = await readSchedule(http, connection, schedule.id, window);
        const known = { ...schedule, timeZone: schedule.timeZone ?? timeZone };
        return [
          { onCall: { ...toOnCall(connection, known, raw, moment), escalation } },
          ...(nameless === undefined ? [] : [{ unknown: `${schedule.name}: ${nameless}` }]),
        ];
      } catch (error) {
        if (!(error instanceof CliError) || error instanceof Interrupted || error.status === 401) throw error;
        return [{ schedule: schedule.name, error }];
      }
    },
    { concurrency: atOnce },
  );
  const levels = schedules.length === 0 ? permanentOf(rows.rows, connection) : [];
  return [...answers.flat(), ...levels, ...missing, ...unknown.map((reason) => ({ unknown: reason }))];
}

/** The schedules, with those that somebody is on call on although no list has them. */
function withThoseOf(rows: readonly Row[], known: readonly ScheduleReference[]): ScheduleReference[] {
  const all = new Map(known.map((schedule) => [schedule.id, schedule]));
  for (const row of rows) {
    const schedule = toReference(row.schedule);
    if (schedule !== null && !all.has(schedule.id)) all.set(schedule.id, { ...schedule, timeZone: null });
  }
  return [...all.values()];
}

/** In the order of the first of each. */
function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

async function readSchedules(
  connection: Connection,
  http: HttpClient,
): Promise<{ known: ScheduleReference[]; unknown: string[] }> {
  const known: ScheduleReference[] = [];
  const unknown: string[] = [];
  for await (const { rows, truncated, notice } of schedulePages(connection, http)) {
    for (const row of rows) {
      const id = idOf(row, "GET /schedules");
      known.push({ id, name: nameOf(row) ?? id, timeZone: asText(row.time_zone) });
    }
    if (truncated !== undefined) unknown.push(`not all schedules are listed: ${truncated}`);
    if (notice !== undefined) unknown.push(notice);
  }
  return { known, unknown };
}

function readRows(http: HttpClient, since: number, until: number) {
  return readAll(http, {
    route: "GET /oncalls",
    name: "oncalls",
    query: [
      ["since", iso(since)],
      ["until", iso(until)],
      // The complete user takes the place of the reference, as documented for `include[]`; the schema has a reference alone.
      ["include[]", "users"],
      ["time_zone", "UTC"],
    ],
    // Rows have no ids.
    keyOf: (row) =>
      JSON.stringify([
        asObject(row.escalation_policy)?.id,
        row.escalation_level,
        asObject(row.schedule)?.id,
        asObject(row.user)?.id,
        row.start,
      ]),
  });
}

/** A row without an end is of somebody who never goes off. */
function toShift(row: Row): RawShift | undefined {
  const person = toPerson(row.user);
  if (person === undefined) return undefined;
  const [start, end] = [asTime(row.start), asTime(row.end)];
  return {
    start: start === null ? Number.NEGATIVE_INFINITY : Date.parse(start),
    end: end === null ? Number.POSITIVE_INFINITY : Date.parse(end),
    person,
  };
}

function covers({ start, end }: RawShift, moment: number): boolean {
  return start <= moment && moment < end;
}

/** A schedule has a row for each policy and level that uses it, and may have several people at once. */
function toOnCall(
  { profile }: Connection,
  schedule: ScheduleReference,
  shifts: readonly RawShift[],
  moment: number,
): OnCall {
  const current = shifts.filter((shift) => covers(shift, moment) && shift.person !== null);
  const users = peopleOf(current);
  const isHere = new Set(users.map(({ id }) => id));
  const later = shifts
    .filter(({ start, person }) => start > moment && person !== null && !isHere.has(person.id))
    .sort((a, b) => a.start - b.start);
  const [next] = later;
  const following = next === undefined ? [] : later.filter(({ start }) => start === next.start);
  return {
    schedule,
    users,
    from: toIso(Math.max(...current.map(({ start }) => start))),
    until: toIso(Math.min(...current.map(({ end }) => end))),
    next: next === undefined ? null : { users: peopleOf(following), from: toIso(next.start) },
    gap: users.length === 0,
    provider: "pagerduty",
    profile: profile.name,
  };
}

function peopleOf(shifts: readonly RawShift[]): Person[] {
  return [...new Map(shifts.flatMap(({ person }) => (person === null ? [] : [[person.id, person] as const]))).values()];
}

function toIso(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** The levels of escalation policies that use a schedule, by its rows; those of later shifts count too. */
function levelsOf(rows: readonly Row[]): EscalationLevel[] {
  const levels = new Map<string, EscalationLevel>();
  for (const row of rows) {
    const policy = toReference(row.escalation_policy);
    const level = row.escalation_level;
    if (policy !== null && typeof level === "number") levels.set(`${policy.id} ${level}`, { policy, level });
  }
  return [...levels.values()].sort((a, b) => a.level - b.level);
}

/** People who are always on call for a level of an escalation policy, without a schedule: a row for each level. */
function permanentOf(rows: readonly Row[], { profile }: Connection): OnCallAnswer[] {
  const levels = new Map<string, OnCall>();
  for (const row of rows) {
    const policy = toReference(row.escalation_policy);
    const person = toPerson(row.user);
    if (asObject(row.schedule) !== undefined || policy === null || person === undefined) continue;
    const level = asText(row.escalation_level) ?? "?";
    const known = levels.get(`${policy.id} ${level}`);
    if (known !== undefined) {
      known.users.push(person);
      continue;
    }
    levels.set(`${policy.id} ${level}`, {
      schedule: { id: policy.id, name: `${policy.name}, level ${level}`, timeZone: null },
      users: [person],
      from: null,
      until: null,
      next: null,
      gap: false,
      escalation: levelsOf([row]),
      provider: "pagerduty",
      profile: profile.name,
    });
  }
  return [...levels.values()].map((onCall) => ({ onCall }));
}

/** See `Provider.shifts`. */
export async function shifts(connection: Connection, schedule: Reference, span: Span): Promise<Report<Shift>> {
  const window = windowOf(span);
  if (window.until - window.since > maxWindowMs)
    throw usageError("pagerduty lists shifts of 90 days at most", "--for 90d");
  const http = await connection.http();
  const raw = await readSchedule(http, connection, schedule.id, window);
  return { rows: shiftsIn(connection, schedule, raw, window), ...defined({ unknown: raw.unknown }) };
}

export function windowOf({ from, until }: Span): Window {
  return { since: from.getTime(), until: until.getTime() };
}

/** The shifts of a schedule that was read for a window. */
export function shiftsIn(
  connection: Connection,
  { id, name }: Reference,
  { shifts: raw, overriding }: RawSchedule,
  window: Window,
): Shift[] {
  return withGaps(raw, window).map(
    ({ start, end, people }): Shift => ({
      schedule: { id, name },
      from: new Date(start).toISOString(),
      until: new Date(end).toISOString(),
      users: people,
      gap: people.length === 0,
      override:
        overriding === undefined
          ? null
          : people.length > 0 && overriding.some((one) => one.start <= start && end <= one.end),
      provider: "pagerduty",
      profile: connection.profile.name,
    }),
  );
}

interface FilledShift {
  start: number;
  end: number;
  people: Person[];
}

/** The shifts that overlap the window, in order. Several people of the same time are one shift, and gaps are shifts without people. */
function withGaps(raw: readonly RawShift[], { since, until }: { since: number; until: number }): FilledShift[] {
  const filled = raw.filter(({ start, end, person }) => person !== null && end > since && start < until);
  const together = groupBy(filled, ({ start, end }) => `${start} ${end}`);
  const inOrder = [...together.values()].flatMap((same): FilledShift[] => {
    const [first] = same;
    return first === undefined ? [] : [{ start: first.start, end: first.end, people: peopleOf(same) }];
  });
  const complete: FilledShift[] = [];
  let at = since;
  for (const shift of inOrder.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (shift.start > at) complete.push({ start: at, end: shift.start, people: [] });
    complete.push(shift);
    at = Math.max(at, shift.end);
  }
  if (at < until) complete.push({ start: at, end: until, people: [] });
  return complete;
}
