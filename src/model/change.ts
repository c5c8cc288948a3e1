import type { ChangeStatus } from "./event.ts";
import type { Reference } from "./incident.ts";

/** A deploy or other change as the vendor lists it. Times are ISO 8601 UTC. */
export interface RecordedChange {
  id: string;
  /** Ties the events of one change together. */
  key: string | null;
  title: string;
  description: string | null;
  /** Ours where it is known, else the vendor's own word in lower case; null where the vendor has none. */
  status: ChangeStatus | (string & {}) | null;
  service: Reference | null;
  labels: Readonly<Record<string, string>>;
  /** URL of its page. */
  link: string | null;
  startedAt: string | null;
  /** Of its last event. */
  updatedAt: string | null;
  endedAt: string | null;
  provider: string;
  profile: string;
}

/** The filters of `changes list`: begun, ended or reported in this time. */
export interface ChangeFilter {
  since: Date;
  until: Date;
  /** Empty means all. */
  services: readonly Reference[];
  query?: string;
}
