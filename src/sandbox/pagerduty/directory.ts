import { people, schedules, services, teams } from "../seed.ts";
import { type Call, fail, type Handler, iso, notFound, ok, page } from "./call.ts";
import { type Policy, policies, policyOf, reference, type ShiftSpan, shiftsOf } from "./policies.ts";
import { isInMaintenance } from "./windows.ts";
import { userWire } from "./wire.ts";

/* Users, services, teams, escalation policies and schedules. Source: the vendor's OpenAPI and documentation. */

const dayMs = 86_400_000;

export const directoryRoutes: Record<string, Handler> = {
  "GET /abilities": () =>
    ok("abilities", ["teams", "urgencies", "advanced_permissions", "coordinated_responding", "event_rules"]),
  "GET /users/me": ({ owner }) =>
    owner === undefined
      ? { status: 400, body: { error: "this key is an account-level access token; it belongs to no user" } }
      : ok("user", userWire(people[owner]?.pagerduty, true)),
  "GET /users": (call) => page(call, "users", matching(call, people), ({ pagerduty }) => userWire(pagerduty, true)),
  "GET /users/*": ({ parts }) => {
    const user = userWire(parts[1], true);
    return user === null ? notFound() : ok("user", user);
  },
  "GET /services": (call) => page(call, "services", matching(call, services), (one) => serviceWire(one, call)),
  "GET /services/*": (call) => found("service", services, call.parts[1], (one) => serviceWire(one, call)),
  "GET /teams": (call) => page(call, "teams", matching(call, teams), teamWire),
  "GET /teams/*": ({ parts }) => found("team", teams, parts[1], teamWire),
  "GET /escalation_policies": (call) => page(call, "escalation_policies", policies, policyWire),
  "GET /escalation_policies/*": ({ parts }) => {
    const policy = policies.find(({ id }) => id === parts[1]);
    return policy === undefined ? notFound() : ok("escalation_policy", policyWire(policy));
  },
  "GET /oncalls": onCalls,
  "GET /schedules": (call) => page(call, "schedules", matching(call, layered), scheduleWire),
  "GET /schedules/*": (call) => layeredSchedule(call),
  "GET /v3/schedules": (call) =>
    page(call, "schedules", [flexible], ({ pagerduty, name }) => ({
      ...reference("schedule_v3", pagerduty, name, "v3/schedules"),
    })),
  "GET /v3/schedules/*": (call) => flexibleSchedule(call),
};

/** The last schedule is one of shifts, which only the routes of version 3 list. */
const layered = schedules.slice(0, 2);
const flexible = schedules[2];

function matching<One extends { name: string }>({ query }: Call, all: readonly One[]): One[] {
  const word = query.get("query")?.toLowerCase() ?? "";
  return all.filter(({ name }) => name.toLowerCase().includes(word));
}

function found<One extends { pagerduty: string }>(
  name: string,
  all: readonly One[],
  id: string | undefined,
  toWire: (one: One) => unknown,
) {
  const one = all.find(({ pagerduty }) => pagerduty === id);
  return one === undefined ? notFound() : ok(name, toWire(one));
}

function serviceWire({ pagerduty, name, description, team }: (typeof services)[number], { store, now }: Call) {
  const { id, name: policy } = policyOf(pagerduty);
  return {
    ...reference("service", pagerduty, name, "service-directory"),
    type: "service",
    name,
    description,
    status: isInMaintenance(store, pagerduty, now) ? "maintenance" : "active",
    created_at: "2024-01-01T00:00:00Z",
    escalation_policy: reference("escalation_policy", id, policy, "escalation_policies"),
    teams: [reference("team", teams[team].pagerduty, teams[team].name)],
    integrations: [],
  };
}

function teamWire({ pagerduty, name, description }: (typeof teams)[number]) {
  return { ...reference("team", pagerduty, name), type: "team", name, description };
}

function policyWire({ id, name, levels }: Policy) {
  return {
    ...reference("escalation_policy", id, name, "escalation_policies"),
    type: "escalation_policy",
    name,
    escalation_rules: levels.map((target, index) => ({
      id: `${id}${index}`,
      escalation_delay_in_minutes: 30,
      targets: [
        "person" in target
          ? reference("user", people[target.person].pagerduty, people[target.person].name)
          : scheduleReference(target.schedule),
      ],
    })),
    services: [],
    teams: [],
    num_loops: 0,
    description: null,
  };
}

function scheduleReference(place: number) {
  const { pagerduty, name } = schedules[place] ?? schedules[0];
  return pagerduty === flexible.pagerduty
    ? reference("schedule_v3", pagerduty, name, "v3/schedules")
    : reference("schedule", pagerduty, name);
}

interface OnCallRow {
  escalation_policy: object;
  escalation_level: number;
  schedule: ReturnType<typeof scheduleReference> | null;
  user: object | null;
  start: string | null;
  end: string | null;
}

/** A row for each policy and level. A schedule that no policy uses has none; a person who is always on call has no times. */
function onCalls(call: Call) {
  const { query, now, began } = call;
  const since = Date.parse(query.get("since") ?? new Date(now).toISOString());
  const until = Date.parse(query.get("until") ?? new Date(now).toISOString());
  if (Number.isNaN(since) || Number.isNaN(until)) return fail(400, "Invalid Date Format", 2005);
  if (until - since > 90 * dayMs) return fail(400, "Arguments Caused Error", 2004);
  const wanted = query.getAll("schedule_ids[]");
  const chosen = query.getAll("escalation_policy_ids[]");
  const isFull = query.getAll("include[]").includes("users");
  const rows = policies
    .filter(({ id }) => chosen.length === 0 || chosen.includes(id))
    .flatMap((policy) =>
      policy.levels.flatMap((target, index): OnCallRow[] => {
        const common = {
          escalation_policy: reference("escalation_policy", policy.id, policy.name, "escalation_policies"),
          escalation_level: index + 1,
        };
        if ("person" in target) {
          const user = userWire(people[target.person].pagerduty, isFull);
          return [{ ...common, schedule: null, user, start: null, end: null }];
        }
        return shiftsOf(target.schedule, began, since, until).flatMap(({ start, end, person }) =>
          person === null
            ? []
            : [
                {
                  ...common,
                  schedule: scheduleReference(target.schedule),
                  user: userWire(person, isFull),
                  start: iso(start),
                  end: iso(end),
                },
              ],
        );
      }),
    )
    .filter(({ schedule }) => wanted.length === 0 || (schedule !== null && wanted.includes(schedule.id)));
  return page(call, "oncalls", rows, (row) => row);
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
function shiftsIn({ query, began, now }: Call, place: number): ShiftSpan[] | undefined {
  const since = Date.parse(query.get("since") ?? new Date(now).toISOString());
  const until = Date.parse(query.get("until") ?? new Date(now + 14 * dayMs).toISOString());
  if (Number.isNaN(since) || Number.isNaN(until) || until <= since) return undefined;
  const isWhole = query.get("overflow") === "true";
  return shiftsOf(place, began, since, until).map(({ start, end, person }) => ({
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
  const overrides = { name: "Overrides", rendered_coverage_percentage: 0, rendered_schedule_entries: [] };
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
    member: person === null ? { type: "empty_member" } : { type: "user_member", user_id: person },
    source: { type: "schedule_rotation", rotation_id: "SANDBOX0ROTATION000000000" },
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
