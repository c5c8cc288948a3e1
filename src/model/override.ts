import type { Person, Reference } from "./incident.ts";
import type { Shift } from "./oncall.ts";

/** People who take the place of a schedule's rotation for a time. Times are ISO 8601 UTC. */
export interface Override {
  /** Distinguishes it from the others of its schedule. */
  id: string;
  schedule: Reference;
  users: Person[];
  from: string;
  /** Null for one that does not end by itself. */
  until: string | null;
  provider: string;
  profile: string;
}

export const overrideFields = [
  "id",
  "schedule",
  "users",
  "from",
  "until",
  "provider",
  "profile",
] as const satisfies readonly (keyof Override)[];

/** From one moment to another. */
export interface Span {
  from: Date;
  until: Date;
}

export interface NewOverride extends Span {
  user: Person;
}

/** A schedule as it was read for a change. */
export interface ScheduleState {
  schedule: Reference;
  /** The shifts of the span that was asked for, gaps included. */
  shifts: Shift[];
  /** Those that overlap the span. */
  overrides: Override[];
  /** Another text when anything has changed that a change builds on, or that was shown. */
  version: string;
  /** What is not known of it, such as names. */
  unknown?: string;
  /** The schedule in the vendor's words, where a write sends all of it back. */
  raw: Readonly<Record<string, unknown>>;
}
