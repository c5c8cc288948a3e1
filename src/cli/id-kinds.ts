/** What a shell may ask for while a command line is being typed: `onduty __complete incidents`. */
export const idKinds = [
  "profiles",
  /** Those that are not resolved. */
  "incidents",
  /** Incidents that are. */
  "resolved",
  /** Dedup keys of incidents that are not resolved. */
  "keys",
  "services",
  "schedules",
  "users",
  "teams",
  /** Events in the spool. */
  "spool",
  /** Those of them that the vendor refused. */
  "dead",
] as const;
export type IdKind = (typeof idKinds)[number];
