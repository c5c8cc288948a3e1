import type { SandboxIncident, Store } from "../model.ts";
import { people, schedules, services } from "../seed.ts";

/* Who is asked first, who then, and the shifts of schedules. Source: the vendor's OpenAPI. */

/** A reference as the vendor writes it. */
export function reference(type: string, id: string, summary: string, path = `${type}s`) {
  return {
    id,
    type: `${type}_reference`,
    summary,
    self: `https://api.pagerduty.com/${path}/${id}`,
    html_url: `https://sandbox.pagerduty.com/${path}/${id}` as string | null,
  };
}

/** A level: a schedule, or a person who is always on call; by their places. */
type Target = { schedule: 0 | 1 | 2 } | { person: 0 | 1 | 2 };

export interface Policy {
  id: string;
  name: string;
  /** Place of the service. */
  service: 0 | 1 | 2;
  levels: readonly Target[];
}

/** No policy uses the second schedule. */
export const policies: readonly Policy[] = [
  {
    id: "PEPCHK1",
    name: "Checkout, day and night",
    service: 0,
    levels: [{ schedule: 0 }, { person: 1 }, { person: 2 }],
  },
  { id: "PEPSRC1", name: "Search, office hours", service: 1, levels: [{ schedule: 0 }, { person: 2 }] },
  { id: "PEPDAT1", name: "Database", service: 2, levels: [{ schedule: 2 }, { person: 0 }] },
];

export function policyOf(service: string): Policy {
  const found = policies.find((policy) => services[policy.service].pagerduty === service);
  return found ?? (policies[0] as Policy);
}

/** The policy that has an incident: that of its service, until it is given to another one. */
export function policyFor({ service, level }: Pick<SandboxIncident, "service" | "level">): Policy {
  return policies.find(({ id }) => id === level?.rule) ?? policyOf(service);
}

const hourMs = 3_600_000;
const shiftMs = 12 * hourMs;

export interface ShiftSpan {
  start: number;
  end: number;
  /** Null when nobody is on call. */
  person: string | null;
}

/** What shifts are made of. */
export interface Rota {
  store: Store;
  /** When the sandbox began to serve. */
  began: number;
}

/** The shifts of a schedule that overlap a span, with overrides in their places. */
export function shiftsOf(place: number, rota: Rota, since: number, until: number): ShiftSpan[] {
  const end = Math.max(until, since + 1);
  const own = overridesOf(rota.store, schedules[place]?.pagerduty, since, end);
  return [...own, ...rotationOf(place, rota, since, end).flatMap((shift) => without(shift, own))]
    .filter((shift) => shift.start < end && shift.end > since)
    .sort((a, b) => a.start - b.start);
}

/** Somebody on call instead of the rotation. Times are milliseconds since 1970. */
export interface ScheduleOverride {
  id: string;
  /** Ids of the schedule and of the person. */
  schedule: string;
  person: string;
  start: number;
  end: number;
}

export const allOverrides = ({ state }: Store): ScheduleOverride[] =>
  (state.pagerduty.kept?.overrides ?? []) as unknown as ScheduleOverride[];

export function keepOverrides(store: Store, overrides: readonly ScheduleOverride[]): void {
  const { kept } = store.state.pagerduty;
  store.state.pagerduty.kept = { ...kept, overrides: overrides.map((one) => ({ ...one })) };
  store.touch();
}

/** The overrides of a schedule that overlap a span, in order. */
export function overridesOf(
  store: Store,
  schedule: string | undefined,
  since: number,
  until: number,
): ScheduleOverride[] {
  return allOverrides(store)
    .filter((one) => one.schedule === schedule && one.start < until && one.end > since)
    .sort((a, b) => a.start - b.start);
}

/** What is left of a shift beside others. */
function without(shift: ShiftSpan, others: readonly ScheduleOverride[]): ShiftSpan[] {
  return others.reduce<ShiftSpan[]>(
    (left, { start, end }) =>
      left.flatMap((one) => [
        ...(one.start < Math.min(one.end, start) ? [{ ...one, end: Math.min(one.end, start) }] : []),
        ...(Math.max(one.start, end) < one.end ? [{ ...one, start: Math.max(one.start, end) }] : []),
      ]),
    [shift],
  );
}

/** Shifts of twelve hours. The first began two hours before the sandbox did. */
export function rotationOf(place: number, { began }: Rota, since: number, until: number): ShiftSpan[] {
  const schedule = schedules[place];
  if (schedule === undefined) return [];
  const anchor = Math.floor(began / hourMs) * hourMs - 2 * hourMs;
  const first = Math.floor((since - anchor) / shiftMs);
  const last = Math.floor((until - 1 - anchor) / shiftMs);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const block = first + index;
    const who = block % 2 === 0 ? schedule.current : schedule.next;
    const start = anchor + block * shiftMs;
    return { start, end: start + shiftMs, person: who === null ? null : people[who].pagerduty };
  });
}

/** Who is on call at a level of a policy at a moment. */
export function peopleAt(policy: Policy, level: number, rota: Rota, now: number): string[] {
  const target = policy.levels[level - 1];
  if (target === undefined) return [];
  if ("person" in target) return [people[target.person].pagerduty];
  return shiftsOf(target.schedule, rota, now, now).flatMap(({ person }) => person ?? []);
}
