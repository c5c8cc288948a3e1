import type { Person, Reference } from "./incident.ts";

export interface ScheduleReference {
  id: string;
  name: string;
  /** IANA name; null when the vendor does not report it. */
  timeZone: string | null;
}

/** A person in a shift. */
export interface PersonOnCall extends Person {
  /** The vendor's id of the role, if the vendor has roles; null for its default. */
  role?: string | null;
}

/** A level of an escalation policy: it is called when those before it have not acknowledged. */
export interface EscalationLevel {
  policy: Reference;
  /** From 1. */
  level: number;
}

/** Who is on call on one schedule at one moment. */
export interface OnCall {
  schedule: ScheduleReference;
  users: PersonOnCall[];
  /** ISO 8601 UTC; null when not reported. */
  from: string | null;
  until: string | null;
  next: { users: PersonOnCall[]; from: string | null } | null;
  /** Nobody is on call, or nobody whose account still exists. */
  gap: boolean;
  /** Where the people are called from, the first level first. Absent where the vendor does not report it. */
  escalation?: EscalationLevel[];
  provider: string;
  profile: string;
}

export const onCallFields = [
  "schedule",
  "users",
  "from",
  "until",
  "next",
  "gap",
  "escalation",
  "provider",
  "profile",
] as const satisfies readonly (keyof OnCall)[];

/** A shift of a schedule. Times are ISO 8601 UTC. */
export interface Shift {
  schedule: { id: string; name: string };
  from: string;
  until: string;
  users: PersonOnCall[];
  /** Nobody is on call, or nobody whose account still exists. */
  gap: boolean;
  /** Put over the rotation by a person; null when the vendor does not report it. */
  override: boolean | null;
  provider: string;
  profile: string;
}

export const shiftFields = [
  "schedule",
  "from",
  "until",
  "users",
  "gap",
  "override",
  "provider",
  "profile",
] as const satisfies readonly (keyof Shift)[];

export interface OnCallQuery {
  /** Ids or exact names of schedules; empty means every one. */
  schedules: string[];
  at: Date;
}

/** Who is on call on one schedule, why one could not be read, or what is not known about all of them. */
export type OnCallAnswer = { onCall: OnCall } | { schedule: string; error: Error } | { unknown: string };
