import { objectOf } from "../reply.ts";
import { findPerson, people, schedules, teams } from "../seed.ts";
import { type Call, fail, type Handler, invalid, iso, ok, page } from "./call.ts";
import {
  allOverrides,
  keepOverrides,
  overridesOf,
  policies,
  reference,
  rotationOf,
  type ScheduleOverride,
  type ShiftSpan,
  shiftsOf,
} from "./policies.ts";
import { userWire } from "./wire.ts";

/* Schedules, who is on call, and overrides. Source: the vendor's OpenAPI and documentation. */

const dayMs = 86_400_000;

export const scheduleRoutes: Record<string, Handler> = {
  "GET /oncalls": onCalls,
  "GET /schedules": (call) => page(call, "schedules", matching(call, layered), scheduleWire),
  "GET /schedules/*": (call) => layeredSchedule(call),
  "GET /schedules/*/overrides": listOverrides,
  "POST /schedules/*/overrides": addOverrides,
  "DELETE /schedules/*/overrides/*": removeOverride,
  "GET /v3/schedules": (call) =>
    page(call, "schedules", [flexible], ({ pagerduty, name }) => ({
      ...reference("schedule_v3", pagerduty, name, "v3/schedules"),
    })),
  "GET /v3/schedules/*": (call) => flexibleSchedule(call),
  "GET /v3/schedules/*/overrides": listShiftOverrides,
  "POST /v3/schedules/*/overrides": addShiftOverrides,
  "DELETE /v3/schedules/*/overrides/*": removeShiftOverride,
};

/** The last schedule is one of shifts, which only the routes of version 3 list. */
const layered = schedules.slice(0, 2);
const flexible = schedules[2];

/** Those with a word of the query in their names. */
export function matching<One extends { name: string }>({ query }: Call, all: readonly One[]): One[] {
  const word = query.get("query")?.toLowerCase() ?? "";
  return all.filter(({ name }) => name.toLowerCase().includes(word));
}

export function scheduleReference(place: number) {
  const { pagerduty, name } = schedules[place] ?? schedules[0];
  return pagerduty === flexible.pagerduty
    ? reference("schedule_v3", pagerduty, name, "v3/schedules")
    : reference("schedule", pagerduty, name);
}

/** Who is on call by a level of a policy: through a schedule, or always. */
interface OnCallRow {
  policy: (typeof policies)[number];
  level: number;
  /** Place among the schedules. */
  schedule: number | null;
  /** Id of the person. */
  person: string;
  start: number | null;
  end: number | null;
}

/** A row for each policy and level. A schedule that no policy uses has none; a person who is always on call has no times. */
function onCalls(call: Call) {
  const { query, now } = call;
  const since = Date.parse(query.get("since") ?? new Date(now).toISOString());
  const until = Date.parse(query.get("until") ?? new Date(now).toISOString());
  if (Number.isNaN(since) || Number.isNaN(until)) return fail(400, "Invalid Date Format", 2005);
  if (until - since > 90 * dayMs || until > now + 90 * dayMs) return fail(400, "Arguments Caused Error", 2004);
  const wanted = query.getAll("schedule_ids[]");
  const chosen = query.getAll("escalation_policy_ids[]");
  const isFull = query.getAll("include[]").includes("users");
  const isWanted = (place: number): boolean => wanted.length === 0 || wanted.includes(scheduleReference(place).id);
  const rows = policies
    .filter(({ id }) => chosen.length === 0 || chosen.includes(id))
    .flatMap((policy) =>
      policy.levels.flatMap((target, index): OnCallRow[] => {
        const common = { policy, level: index + 1 };
        if ("person" in target) {
          const person = people[target.person].pagerduty;
          return wanted.length > 0 ? [] : [{ ...common, schedule: null, person, start: null, end: null }];
        }
        const { schedule } = target;
        if (!isWanted(schedule)) return [];
        return shiftsOf(schedule, call, since, until).flatMap(({ start, end, person }) =>
          person === null ? [] : [{ ...common, schedule, person, start, end }],
        );
      }),
    );
  return page(call, "oncalls", rows, ({ policy, level, schedule, person, start, end }) => ({
    escalation_policy: reference("escalation_policy", policy.id, policy.name, "escalation_policies"),
    escalation_level: level,
    schedule: schedule === null ? null : scheduleReference(schedule),
    user: userWire(person, isFull),
    start: iso(start),
    end: iso(end),
  }));
}

function scheduleWire({ pagerduty, name, timeZone }: (typeof schedules)[number]) {
  const place = schedules.findIndex((one) => one.pagerduty === pagerduty);
  return {
    ...reference("schedule", pagerduty, name),
    type: "schedule",
    name,
    description: "",
    time_zone: timeZone,
    escalation_policies: policies
      .filter(({ levels }) => levels.some((target) => "schedule" in target && target.schedule === place))
      .map(({ id, name: policy }) => reference("escalation_policy", id, policy, "escalation_policies")),
    users: [],
    teams: [reference("team", teams[0].pagerduty, teams[0].name)],
  };
}

/** The shifts that overlap the window of a request, cut at its ends without `overflow`. Undefined for a window that cannot be read. */
function shiftsIn(call: Call, place: number): ShiftSpan[] | undefined {
  const { query, now } = call;
  const since = Date.parse(query.get("since") ?? new Date(now).toISOString());
  const until = Date.parse(query.get("until") ?? new Date(now + 14 * dayMs).toISOString());
  if (Number.isNaN(since) || Number.isNaN(until) || until <= since) return undefined;
  const isWhole = query.get("overflow") === "true";
  return shiftsOf(place, call, since, until).map(({ start, end, person }) => ({
    start: isWhole ? start : Math.max(start, since),
    end: isWhole ? end : Math.min(end, until),
    person,
  }));
}

function layeredSchedule(call: Call) {
  const place = layered.findIndex(({ pagerduty }) => pagerduty === call.parts[1]);
  const schedule = layered[place];
  if (schedule === undefined) return fail(404, "Schedule Not Found", 3004);
  const shifts = shiftsIn(call, place);
  if (shifts === undefined) return fail(400, "Invalid Date Format", 2005);
  const entries = shifts.flatMap(({ start, end, person }) =>
    person === null ? [] : [{ start: iso(start), end: iso(end), user: userWire(person, false) }],
  );
  const final = { name: "Final Schedule", rendered_coverage_percentage: 100, rendered_schedule_entries: entries };
  const own = overridesOf(call.store, schedule.pagerduty, ...spanOf(call));
  const rendered = own.map(({ start, end, person }) => ({
    start: iso(start),
    end: iso(end),
    user: userWire(person, false),
  }));
  const overrides = { name: "Overrides", rendered_coverage_percentage: 0, rendered_schedule_entries: rendered };
  const layers = { schedule_layers: [], overrides_subschedule: overrides, final_schedule: final };
  return ok("schedule", { ...scheduleWire(schedule), ...layers });
}

function flexibleSchedule(call: Call) {
  const id = call.parts[2];
  if (layered.some(({ pagerduty }) => pagerduty === id)) return fail(400, "Schedule is not a shift-based one", 2001);
  if (id !== flexible.pagerduty) return fail(404, "Schedule Not Found", 3004);
  const shifts = shiftsIn(call, schedules.length - 1);
  if (shifts === undefined) return fail(400, "Invalid Date Format", 2005);
  const computed_shift_assignments = shifts.map(({ start, end, person }) => ({
    type: "computed_shift_assignment",
    start_time: iso(start),
    end_time: iso(end),
    member: memberWire(person),
    source: sourceOf(call, start, end, person),
  }));
  const isIncluded = call.query.getAll("include[]").includes("final_schedule");
  const { type: _, ...own } = reference("schedule_v3", flexible.pagerduty, flexible.name, "v3/schedules");
  return ok("schedule", {
    ...own,
    type: "schedule_v3",
    name: flexible.name,
    description: "",
    time_zone: flexible.timeZone,
    teams: [reference("team", teams[0].pagerduty, teams[0].name)],
    rotations: [],
    ...(isIncluded && {
      final_schedule: { type: "final_schedule", rendered_coverage_percentage: 50, computed_shift_assignments },
    }),
  });
}

const rotation_id = "SANDBOX0ROTATION000000000";

function sourceOf({ store }: Call, start: number, end: number, person: string | null): object {
  const override = overridesOf(store, flexible.pagerduty, start, end).find((one) => one.person === person);
  if (override === undefined) return { type: "schedule_rotation", rotation_id };
  return { type: "schedule_rotation_override", rotation_id, override_id: override.id };
}

/** Of a shift-based schedule; both ends of the window are required. */
function listShiftOverrides(call: Call) {
  const { parts, query, store } = call;
  if (parts[2] !== flexible.pagerduty) return fail(404, "Schedule Not Found", 3004);
  const [since, until] = spanOf(call);
  if (query.get("since") === null || query.get("until") === null || !(until > since))
    return fail(400, "Invalid Date Format", 2005);
  return page(call, "overrides", overridesOf(store, flexible.pagerduty, since, until), (one) =>
    shiftOverrideWire(call, one),
  );
}

/** Each takes the place of one member of the rotation, in one shift. */
function addShiftOverrides(call: Call) {
  const { parts, body, store, now } = call;
  if (parts[2] !== flexible.pagerduty) return fail(404, "Schedule Not Found", 3004);
  const given = Array.isArray(body.overrides) ? body.overrides.map(objectOf) : [];
  const made = given.flatMap((one): ScheduleOverride[] => {
    const [start, end] = [Date.parse(String(one.start_time)), Date.parse(String(one.end_time))];
    const [overridden, overriding] = [objectOf(one.overridden_member), objectOf(one.overriding_member)];
    const person = findPerson("pagerduty", String(overriding.user_id))?.pagerduty;
    const shift = shiftsOf(schedules.length - 1, call, start, end).find((each) => each.person === overridden.user_id);
    const isWithin = shift !== undefined && shift.start <= start && end <= shift.end;
    if (one.type !== "override_shift" || one.rotation_id !== rotation_id || person === undefined) return [];
    if (!isWithin || !(end > start) || end <= now) return [];
    store.state.sequence += 1;
    const id = `SANDBOX0OVERRIDE${String(store.state.sequence).padStart(9, "0")}`;
    return [{ id, schedule: flexible.pagerduty, person, start, end }];
  });
  if (made.length === 0 || made.length < given.length) return invalid("Override is not of a shift");
  keepOverrides(store, [...allOverrides(store), ...made]);
  return ok(
    "overrides",
    made.map((one) => shiftOverrideWire(call, one)),
    201,
  );
}

function shiftOverrideWire(call: Call, { id, person, start, end }: ScheduleOverride) {
  const [shift] = rotationOf(schedules.length - 1, call, start, start + 1);
  return {
    id,
    type: "override_shift",
    rotation_id,
    start_time: iso(start),
    end_time: iso(end),
    overridden_member: memberWire(shift?.person ?? null),
    overriding_member: memberWire(person),
  };
}

function memberWire(person: string | null): object {
  return person === null ? { type: "empty_member" } : { type: "user_member", user_id: person };
}

function removeShiftOverride({ parts, store }: Call) {
  const all = allOverrides(store);
  const left = all.filter(({ id, schedule }) => schedule !== parts[2] || id !== parts[4]);
  if (left.length === all.length) return fail(404, "Override Not Found", 4004);
  keepOverrides(store, left);
  return { status: 204, body: undefined };
}

/** The window of a request, by default the next two weeks; not a number where it cannot be read. */
function spanOf({ query, now }: Call): [since: number, until: number] {
  return [
    Date.parse(query.get("since") ?? new Date(now).toISOString()),
    Date.parse(query.get("until") ?? new Date(now + 14 * dayMs).toISOString()),
  ];
}

/** The vendor's own description has a 201 for this read; both ends of the window are required. */
function listOverrides(call: Call) {
  const { parts, query, store } = call;
  if (layered.every(({ pagerduty }) => pagerduty !== parts[1])) return fail(404, "Schedule Not Found", 3004);
  const [since, until] = spanOf(call);
  if (query.get("since") === null || query.get("until") === null || !(until > since))
    return fail(400, "Invalid Date Format", 2005);
  return ok("overrides", overridesOf(store, parts[1], since, until).map(overrideWire), 201);
}

function overrideWire({ id, person, start, end }: ScheduleOverride) {
  return { id, start: iso(start), end: iso(end), user: userWire(person, false) };
}

/** Each has a status of its own. */
function addOverrides({ parts, body, store, now }: Call) {
  const [, schedule = ""] = parts;
  if (layered.every(({ pagerduty }) => pagerduty !== schedule)) return fail(404, "Schedule Not Found", 3004);
  if (!Array.isArray(body.overrides) || body.overrides.length === 0) return invalid("Overrides cannot be empty");
  const results = body.overrides.map(objectOf).map((given) => {
    const [start, end] = [Date.parse(String(given.start)), Date.parse(String(given.end))];
    const person = findPerson("pagerduty", String(objectOf(given.user).id))?.pagerduty;
    if (person === undefined) return { status: 400, errors: ["User not found"], override: given };
    if (!(end > start)) return { status: 400, errors: ["End must be after start"], override: given };
    if (end <= now) return { status: 400, errors: ["Override cannot be in the past"], override: given };
    store.state.sequence += 1;
    const id = `QOVR${store.state.sequence.toString(36).toUpperCase().padStart(10, "0")}`;
    const override = { id, schedule, person, start, end };
    keepOverrides(store, [...allOverrides(store), override]);
    return { status: 201, override: overrideWire(override) };
  });
  return { status: 201, body: results };
}

/** One that has begun is cut; one that is over stays. */
function removeOverride({ parts, store, now }: Call) {
  const all = allOverrides(store);
  const found = all.find(({ id, schedule }) => schedule === parts[1] && id === parts[3]);
  if (found === undefined) return fail(404, "Override Not Found", 4004);
  if (found.end <= now) return invalid("Override is over");
  const isRunning = found.start <= now;
  const cut = { ...found, end: now };
  keepOverrides(store, isRunning ? all.map((one) => (one === found ? cut : one)) : all.filter((one) => one !== found));
  return isRunning ? { status: 200, body: { override: overrideWire(cut) } } : { status: 204, body: undefined };
}
