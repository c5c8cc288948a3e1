import type { CliError } from "../errors.ts";

export const incidentStatuses = ["open", "acknowledged", "resolved", "snoozed", "suppressed"] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const unresolved: readonly IncidentStatus[] = incidentStatuses.filter((status) => status !== "resolved");

export const urgencies = ["high", "medium", "low"] as const;
export type Urgency = (typeof urgencies)[number];

export const incidentSorts = ["created", "updated", "urgency", "status"] as const;
export type IncidentSort = (typeof incidentSorts)[number];

export interface Reference {
  id: string;
  name: string;
}

export interface Person {
  id: string;
  name: string | null;
  email: string | null;
}

/** An incident of any vendor. Absent is null, times are ISO 8601 UTC. */
export interface Incident {
  id: string;
  /** The short number for people, if the vendor has one. */
  number: string | null;
  title: string;
  description: string | null;
  status: IncidentStatus;
  urgency: Urgency;
  severity: string | null;
  priority: string | null;
  service: Reference | null;
  team: Reference | null;
  assignees: Person[];
  dedupKey: string | null;
  createdAt: string;
  updatedAt: string | null;
  acknowledgedAt: string | null;
  resolvedAt: string | null;
  /** When a snooze ends by itself; null when it does not, or when the vendor does not report it. */
  snoozedUntil: string | null;
  /** Of its alerts, such as host and service. */
  labels: Readonly<Record<string, string>> | null;
  /** Custom fields, in the types that they have. */
  fields: Readonly<Record<string, unknown>> | null;
  /** Number of its alerts. */
  alertCount: number | null;
  /** URL of its page. */
  url: string | null;
  provider: string;
  profile: string;
}

/** Somebody who was called to an incident. */
export interface Responder extends Person {
  /** ISO 8601 UTC. */
  assignedAt: string | null;
  /** ISO 8601 UTC; null when not acknowledged. */
  acknowledgedAt: string | null;
}

/** What `show` adds. Absent when the vendor has nothing of the kind. */
export interface IncidentDetails extends Incident {
  /** Who it was assigned to, and who has acknowledged it. */
  responders?: Responder[] | null;
  /** Who opened it by hand; null for the system. */
  creator?: Person | null;
  impact?: string | null;
  rootCause?: string | null;
  resolution?: string | null;
  /** What the vendor itself writes about it. */
  summary?: string | null;
  /** Why it is snoozed. */
  snoozeReason?: string | null;
  /** URL of the room in which people meet about it. */
  warRoomUrl?: string | null;
}

/** An earlier incident that is like another one. */
export interface SimilarIncident extends IncidentDetails {
  /** How much they are alike, by the vendor's own measure; null when it has none. */
  score: number | null;
}

export const incidentFields = [
  "id",
  "number",
  "title",
  "description",
  "status",
  "urgency",
  "severity",
  "priority",
  "service",
  "team",
  "assignees",
  "dedupKey",
  "createdAt",
  "updatedAt",
  "acknowledgedAt",
  "resolvedAt",
  "snoozedUntil",
  "labels",
  "fields",
  "alertCount",
  "url",
  "provider",
  "profile",
] as const satisfies readonly (keyof Incident)[];

export const incidentDetailFields = [
  ...incidentFields,
  "responders",
  "creator",
  "impact",
  "rootCause",
  "resolution",
  "summary",
  "snoozeReason",
  "warRoomUrl",
] as const satisfies readonly (keyof IncidentDetails)[];

/** The incident an event led to. */
export interface IncidentSummary {
  id: string;
  title: string | null;
  status: IncidentStatus | null;
  url: string | null;
}

/** What is open under a dedup key. */
export interface OpenAlert {
  dedupKey: string;
  title: string | null;
  service: Reference | null;
  /** ISO 8601 UTC. */
  createdAt: string;
}

/** The filters of `incidents list`. All given filters must match; several values of one filter mean any of them. */
export interface IncidentFilter {
  /** Empty means every status. */
  statuses: IncidentStatus[];
  /** Empty means every urgency. */
  urgencies: Urgency[];
  /** Ids of services; empty means all. */
  services: string[];
  team?: string;
  /** Id of a person. */
  assignee?: string;
  /** Labels that an incident must have, with their values. */
  labels?: Readonly<Record<string, string>>;
  /** Only those of which an alert was silenced. */
  muted?: boolean;
  /** Id of a person who has acknowledged it. */
  acker?: string;
  /** Created at or after. */
  since?: Date;
  /** Created before. */
  until?: Date;
  /** Words in title or description, any case, or wherever the vendor searches. */
  query?: string;
  /** Asked when nothing matches: why that proves nothing, such as a person who may not exist; undefined when it does. */
  doubt?: () => Promise<string | undefined>;
  sort: IncidentSort;
  order: "asc" | "desc";
  /** Maximum of incidents to list; `Infinity` for all. */
  limit: number;
}

/** Filters that a vendor may lack. */
export const optionalFilters = ["labels", "muted", "acker"] as const;
export type OptionalFilter = (typeof optionalFilters)[number];

/** One page of a list, already filtered and in order. */
export interface Page<Row> {
  rows: Row[];
  /** Number of all matching incidents, if the vendor reports it. */
  total?: number;
  /**
   * Set when the list ends here although it may be incomplete: the reason, for use after
   * "this list is not complete:". The command prints it on stderr, and never exits 0 with `--all` or `--exit-status`.
   */
  truncated?: string;
  /** Milliseconds for which the server's response stays valid, by its `Cache-Control`. */
  freshForMs?: number;
  /** A notice for stderr about a complete list, such as how far back it goes. */
  notice?: string;
}

/** All rows of something, and why a part of them is not known, such as the names of people. */
export interface Report<Row> {
  rows: Row[];
  unknown?: string;
  /** What the vendor leaves out of all reports of the kind, for stderr. */
  notice?: string;
  /** How many there are, where the limit that was asked for leaves some out. */
  total?: number;
}

/** What the form of an action asks for. */
export interface IncidentForm {
  /** See `IncidentChange`. */
  fields?: Record<string, string>;
  rootCause?: string;
  impact?: string;
}

/** The changes of `update`. Absent fields stay unchanged. */
export interface IncidentChange {
  title?: string;
  description?: string;
  urgency?: Urgency;
  priority?: string;
  rootCause?: string;
  impact?: string;
  /** Values of custom fields, by name, as typed: the type of the field decides what is sent. */
  fields?: Record<string, string>;
  /** The same, sent as texts whatever the type. */
  rawFields?: Record<string, string>;
}

/** Verbs that only change the status. */
const statusVerbs = ["acknowledge", "unacknowledge", "resolve", "reopen", "suppress"] as const;
export type StatusVerb = (typeof statusVerbs)[number];

/** A change to incidents by id, with a note to leave along with it. */
export type IncidentAction = { note?: string } & (
  | { verb: StatusVerb; form?: IncidentForm }
  /** `forMs` is in milliseconds; absent for the vendor's default. */
  | { verb: "snooze"; forMs?: number }
  /** Nobody removes all assignees. With `add`, the current assignees stay. */
  | { verb: "assign"; to: readonly Person[]; add?: boolean }
  /** To a level of its escalation rule, counted from 1, or to the first level of a rule by name or id; absent for the next level. */
  | { verb: "escalate"; to?: number | string }
  | { verb: "update"; change: IncidentChange }
  | { verb: "comment"; note: string }
);

/** The incident that `create` creates. */
export interface NewIncident {
  title: string;
  urgency: Urgency;
  /** Id. */
  service?: string;
  description?: string;
  priority?: string;
  assignees?: readonly Person[];
  /** See `IncidentChange`. */
  fields?: Record<string, string>;
}

/** One entry of an incident's history. */
export interface TimelineEntry {
  /** ISO 8601 UTC. */
  at: string | null;
  /** The vendor's type of the entry, such as `acknowledged`. */
  type: string;
  /** Who did it; null for the system. */
  by: string | null;
  text: string | null;
}

/** The outcome of an action that was done. */
export const pastTense = {
  acknowledge: "acknowledged",
  unacknowledge: "unacknowledged",
  resolve: "resolved",
  reopen: "reopened",
  snooze: "snoozed",
  suppress: "suppressed",
  assign: "assigned",
  escalate: "escalated",
  update: "updated",
  comment: "commented",
  merge: "merged",
} as const;

export const outcomes = [
  ...Object.values(pastTense),
  "already",
  "notFound",
  "forbidden",
  "unauthorized",
  "failed",
] as const;
export type Outcome = (typeof outcomes)[number];

/** The result for one id of a bulk action. */
export interface ItemOutcome {
  id: string;
  outcome: Outcome;
  /** Status of the incident afterwards, when known. */
  status: IncidentStatus | null;
  /** Who did it, if the vendor reports that; of `assign` and `escalate` who has it now. Never a guess from the assignee. */
  by: string | null;
  /** Since when, ISO 8601 UTC, if the vendor reports it. */
  at: string | null;
  /** The reason of a failure; null for success. */
  error: string | null;
  /** Who has the incident, for messages. Not printed as a field: to be assigned is not to have done something. */
  assignees?: readonly Person[];
  /** For messages, as far as it is known. Not printed as a field. */
  title?: string;
  /** What is not known of it, such as its state before, for stderr. Not printed as a field. */
  notice?: string;
  /** The failure behind `error`, for the hint and the exit code. Not printed. */
  cause?: CliError;
}
