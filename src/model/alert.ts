import type { Reference } from "./incident.ts";

/** A signal as a monitoring system sent it. */
export interface AlertEvent {
  id: string;
  /** ISO 8601 UTC. */
  at: string | null;
  /** `ok` when the problem is over. */
  severity: string | null;
  title: string | null;
  description: string | null;
  labels: Readonly<Record<string, string>>;
}

/** What a monitoring system reports under one dedup key: a part of an incident. Times are ISO 8601 UTC. */
export interface Alert {
  id: string;
  dedupKey: string | null;
  title: string;
  description: string | null;
  status: "firing" | "resolved";
  severity: string | null;
  service: Reference | null;
  /** Name of the integration that it came through. */
  source: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  resolvedAt: string | null;
  labels: Readonly<Record<string, string>>;
  /** Number of its events, also of those that are not in `events`. */
  eventCount: number | null;
  /** Oldest first. */
  events: AlertEvent[];
  provider: string;
  profile: string;
}
