import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asObjects, asText, asTime } from "../wire.ts";
import { kindOfSchedule, type ScheduleKind } from "./directory.ts";
import { type Row, readOne, toPerson } from "./wire.ts";

/* The shifts of one schedule, overrides applied. Source: the vendor's OpenAPI and documentation. */

export interface RawShift {
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  /** Null for a gap that the vendor writes as a shift. */
  person: Person | null;
  /** What an override names to take its place; only of single shifts, and absent of what is an override itself. */
  source?: { rotation_id: string } | { custom_shift_id: string };
}

export interface Window {
  since: number;
  until: number;
}

/** A schedule with its shifts, and why names are missing. */
export interface RawSchedule {
  kind: ScheduleKind;
  timeZone: string | null;
  shifts: RawShift[];
  /** The parts of shifts that are overrides; absent of a kind that does not report them. */
  overriding?: RawShift[];
  /** URL of its page, and its layers, as the vendor reports them. */
  page: string | null;
  layers: unknown;
  unknown?: string;
}

/** Reads the shifts that overlap a window, uncut. The window is of one clock: one of no length would have no shifts at all. */
export async function readSchedule(
  http: HttpClient,
  connection: Connection,
  id: string,
  window: Window,
): Promise<RawSchedule> {
  const kind = kindOfSchedule(connection, id);
  if (kind !== undefined) return readKind[kind](http, id, window);
  try {
    return await readKind.shifts(http, id, window);
  } catch (error) {
    // The route of single shifts refuses a schedule of layers with a 400.
    const isOther = error instanceof CliError && [400, 403, 404].includes(error.status ?? 0);
    if (!isOther) throw error;
    return readKind.layers(http, id, window);
  }
}

const readKind: Record<ScheduleKind, (http: HttpClient, id: string, window: Window) => Promise<RawSchedule>> = {
  async layers(http, id, window) {
    const search = searchOf(window).toString();
    const answer = await http.request(`GET /schedules/${encodePart(id)}`, { search });
    const schedule = readOne(answer, "schedule", "GET /schedules/{id}");
    const entries = asObject(schedule.final_schedule)?.rendered_schedule_entries;
    if (!Array.isArray(entries)) throw unreadable("GET /schedules/{id}");
    const read = (list: unknown): RawShift[] =>
      asObjects(list).map((entry) => toShift(entry.start, entry.end, toPerson(entry.user), "GET /schedules/{id}"));
    const overriding = asObject(schedule.overrides_subschedule)?.rendered_schedule_entries;
    return {
      ...ownOf("layers", schedule),
      shifts: read(entries),
      ...(Array.isArray(overriding) && { overriding: read(overriding) }),
    };
  },
  async shifts(http, id, window) {
    const search = searchOf(window);
    search.append("include[]", "final_schedule");
    const route = "GET /v3/schedules/{id}";
    const answer = await http.request(`GET /v3/schedules/${encodePart(id)}`, { search: search.toString() });
    const schedule = readOne(answer, "schedule", route);
    const entries = asObject(schedule.final_schedule)?.computed_shift_assignments;
    if (!Array.isArray(entries)) throw unreadable(route);
    const raw = asObjects(entries).map(({ start_time, end_time, member, source }) => ({
      ...toShift(start_time, end_time, personOf(member, route), route),
      ...sourceOf(source),
    }));
    const { shifts, unknown } = await withNames(http, raw);
    const overriding = shifts.filter((one) => one.isOverride);
    return { ...ownOf("shifts", schedule), shifts, overriding, ...defined({ unknown }) };
  },
};

function ownOf(kind: ScheduleKind, row: Row): Pick<RawSchedule, "kind" | "timeZone" | "page" | "layers"> {
  return { kind, timeZone: asText(row.time_zone), page: asText(row.html_url), layers: row.schedule_layers ?? null };
}

function searchOf({ since, until }: Window): URLSearchParams {
  return new URLSearchParams({ since: iso(since), until: iso(until), overflow: "true", time_zone: "UTC" });
}

export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function unreadable(route: string): CliError {
  return new CliError("failure", `${route}: the response does not list who is on call`);
}

/** Where a shift is from. Source: OpenAPI, `ShiftSource`. */
function sourceOf(value: unknown): { isOverride: boolean } & Pick<RawShift, "source"> {
  const { type, rotation_id, shift_id } = asObject(value) ?? {};
  const [rotation, shift] = [asText(rotation_id), asText(shift_id)];
  const isOverride = asText(type)?.endsWith("_override") === true;
  if (isOverride) return { isOverride };
  if (type === "custom_shift" && shift !== null) return { isOverride, source: { custom_shift_id: shift } };
  return { isOverride, ...(rotation !== null && { source: { rotation_id: rotation } }) };
}

/** The person of a shift that names only an id; null for a gap. @throws {CliError} `failure` on a member that cannot be read */
export function personOf(member: unknown, route: string): Person | null {
  const { type, user_id: user } = asObject(member) ?? {};
  if (type === "empty_member") return null;
  const id = asText(user);
  // Somebody whom we cannot read is no gap.
  if (id === null) throw unreadable(route);
  return { id, name: null, email: null };
}

function toShift(start: unknown, end: unknown, person: Person | null | undefined, route: string): RawShift {
  const [from, until] = [asTime(start), asTime(end)];
  if (from === null || until === null || person === undefined) throw unreadable(route);
  return { start: Date.parse(from), end: Date.parse(until), person };
}

/** Puts names to ids. Without them, who is on call is still known. */
async function withNames<S extends RawShift>(
  http: HttpClient,
  shifts: readonly S[],
): Promise<{ shifts: S[]; unknown?: string }> {
  const { people, unknown } = await readPeople(
    http,
    shifts.flatMap(({ person }) => person?.id ?? []),
  );
  const named = shifts.map((shift) => ({
    ...shift,
    person: shift.person === null ? null : (people.get(shift.person.id) ?? shift.person),
  }));
  return { shifts: named, ...defined({ unknown }) };
}

/** People by id, and why some are missing. */
export async function readPeople(
  http: HttpClient,
  words: readonly string[],
): Promise<{ people: Map<string, Person>; unknown?: string }> {
  const ids = [...new Set(words)];
  const people = new Map<string, Person>();
  let unknown: string | undefined;
  await pMap(
    ids,
    async (id) => {
      try {
        const answer = await http.request(`GET /users/${encodePart(id)}`);
        const person = toPerson(readOne(answer, "user", "GET /users/{id}") as Row);
        if (person !== undefined) people.set(id, person);
      } catch (error) {
        if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
        unknown = `names of people could not be read: ${error.message}`;
      }
    },
    { concurrency: 2 },
  );
  return { people, ...defined({ unknown }) };
}
