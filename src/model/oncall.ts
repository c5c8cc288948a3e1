import type { Person } from "./incident.ts";

export interface ScheduleReference {
  id: string;
  name: string;
  /** IANA name; null when the vendor does not report it. */
  timeZone: string | null;
}

/** Who is on call on one schedule at one moment. */
export interface OnCall {
  schedule: ScheduleReference;
  users: Person[];
  /** ISO 8601 UTC; null when not reported. */
  from: string | null;
  until: string | null;
  next: { users: Person[]; from: string | null } | null;
  /** Nobody is on call. */
  gap: boolean;
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
  "provider",
  "profile",
] as const satisfies readonly (keyof OnCall)[];

/** A shift of a schedule. Times are ISO 8601 UTC. */
export interface Shift {
  schedule: { id: string; name: string };
  from: string;
  until: string;
  users: Person[];
  /** Nobody is on call. */
  gap: boolean;
  provider: string;
  profile: string;
}

export const shiftFields = [
  "schedule",
  "from",
  "until",
  "users",
  "gap",
  "provider",
  "profile",
] as const satisfies readonly (keyof Shift)[];

export interface OnCallQuery {
  /** Ids or exact names of schedules; empty means every one. */
  schedules: string[];
  at: Date;
}

/** Who is on call on one schedule, or why it could not be read. */
export type OnCallAnswer = { onCall: OnCall } | { schedule: string; error: Error };
