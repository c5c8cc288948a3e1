import type { SandboxIncident } from "../model.ts";
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

/** The shifts of a schedule that overlap a span, twelve hours each. The first began two hours before the sandbox did. */
export function shiftsOf(place: number, began: number, since: number, until: number): ShiftSpan[] {
  const schedule = schedules[place];
  if (schedule === undefined) return [];
  const anchor = Math.floor(began / hourMs) * hourMs - 2 * hourMs;
  const first = Math.floor((since - anchor) / shiftMs);
  const last = Math.floor((Math.max(until, since + 1) - 1 - anchor) / shiftMs);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const block = first + index;
    const who = block % 2 === 0 ? schedule.current : schedule.next;
    const start = anchor + block * shiftMs;
    return { start, end: start + shiftMs, person: who === null ? null : people[who].pagerduty };
  });
}

/** Who is on call at a level of a policy at a moment. */
export function peopleAt(policy: Policy, level: number, began: number, now: number): string[] {
  const target = policy.levels[level - 1];
  if (target === undefined) return [];
  if ("person" in target) return [people[target.person].pagerduty];
  return shiftsOf(target.schedule, began, now, now).flatMap(({ person }) => person ?? []);
}
