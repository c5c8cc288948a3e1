/** An entry in the history of an incident, in the words of its vendor. */
export interface FeedItem {
  type: string;
  detail: Record<string, unknown>;
  /** Id of a person, or on PagerDuty its place among the people, from 1; 0 for the system. */
  by: number;
  at: number;
}

/** An event as a monitoring system pushed it. */
export interface SandboxEvent {
  status: string;
  title: string;
  description: string;
  labels: Record<string, string>;
  at: number;
}

/** An incident of the sandbox, of any vendor that has them. Times are milliseconds since 1970, null when not yet. */
export interface SandboxIncident {
  id: string;
  /** Order of arrival. */
  sequence: number;
  /** Six characters for people. */
  number: string;
  title: string;
  description: string | null;
  status: "OPEN" | "ACKNOWLEDGED" | "RESOLVED" | "SNOOZED" | "SUPPRESSED";
  urgency: "HIGH" | "MEDIUM" | "LOW";
  priority: string | null;
  service: string;
  assignees: string[];
  /** Who has acknowledged it, and when. */
  acks: { person: string; at: number }[];
  dedupKey: string | null;
  labels: Record<string, string> | null;
  createdAt: number;
  updatedAt: number;
  acknowledgedAt: number | null;
  resolvedAt: number | null;
  snoozedUntil: number | null;
  feed?: FeedItem[];
  /** Custom fields. */
  fields?: Record<string, unknown>;
  /** Texts that people wrote about it, by the vendor's name of the field. */
  texts?: { impact?: string; root_cause?: string; resolution?: string };
  /** Whether one of its alerts was silenced. */
  muted?: boolean;
  /** The events of its alert, the oldest first. */
  events?: SandboxEvent[];
  /** Id of the person who opened it by hand. */
  creator?: string;
  /** The level of an escalation rule that has it, instead of people who were named. */
  level?: { rule: string; name: string; index: number; people: string[] } | null;
}

export type IncidentStatus = SandboxIncident["status"];

/** Vendors whose incidents the sandbox keeps. */
export const incidentVendors = ["opsknight", "flashduty", "pagerduty"] as const;
export type VendorName = (typeof incidentVendors)[number];

/** A silence rule of a channel, in Flashduty's words. */
export interface SilenceRule {
  rule_id: string;
  channel_id: number;
  rule_name: string;
  description: string;
  /** Unix seconds. */
  time_filter: { start_time: number; end_time: number };
  filters: { key: string; oper: "IN" | "NOTIN"; vals: string[] }[][];
  created_at: number;
  updated_by: number;
}

/** The data of a vendor. */
export interface VendorState {
  /** In the order of their creation, the oldest first. */
  incidents: SandboxIncident[];
  /** Times of resolves that found nothing open, by service and key: server 1.3.1 keeps each for five minutes. */
  earlyResolves: Record<string, number[]>;
  /** Changes as they were pushed, the oldest first, with the time of their arrival. */
  changes: { at: number; body: Record<string, unknown> }[];
  /** Silence rules, as Flashduty has them. Absent in the state of an older sandbox. */
  silences?: SilenceRule[];
  /** What else a vendor keeps, in its own words and under its own names. Absent in the state of an older sandbox. */
  kept?: Record<string, Record<string, unknown>[]>;
}

export interface State extends Record<VendorName, VendorState> {
  version: 2;
  /** The last number that was used. */
  sequence: number;
}

/** What has happened to an incident. */
export interface Change {
  incident: SandboxIncident;
  word:
    | "triggered"
    | "acknowledged"
    | "resolved"
    | "reopened"
    | "snoozed"
    | "suppressed"
    | "assigned"
    | "unassigned"
    | "updated";
  /** It was done by an event, not by a request for the incident. */
  byEvent: boolean;
}

export type NewIncident = Partial<SandboxIncident> & Pick<SandboxIncident, "title" | "service">;

export interface Store {
  readonly state: State;
  /** A new incident. */
  open(vendor: VendorName, incident: NewIncident): SandboxIncident;
  /** All incidents, the newest first; not to be changed. */
  newestFirst(vendor: VendorName): readonly SandboxIncident[];
  find(vendor: VendorName, id: string): SandboxIncident | undefined;
  /** The newest incident that is not resolved under a dedup key. */
  findOpen(vendor: VendorName, dedupKey: string, service?: string): SandboxIncident | undefined;
  setStatus(
    vendor: VendorName,
    incident: SandboxIncident,
    status: IncidentStatus,
    by?: string,
    byEvent?: boolean,
  ): void;
  assign(vendor: VendorName, incident: SandboxIncident, people: string[]): void;
  /** Records a change that is neither of the status nor of the assignees, such as the urgency. */
  update(vendor: VendorName, incident: SandboxIncident): void;
  /** Records a direct change of the state: publishes the incident, if given, and plans to write the file. */
  touch(incident?: SandboxIncident): void;
  /** The result of `build` for this key, kept until something changes: all pages of a list are cut from one result. */
  cached<T>(key: string, build: () => T): T;
  /** Adds that many incidents to each vendor, one a second back from now. */
  fill(count: number): void;
  /** Resolves once the file, if there is one, holds everything. */
  flush(): Promise<void>;
}
