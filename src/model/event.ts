import type { IncidentSummary } from "./incident.ts";

export const eventActions = ["trigger", "acknowledge", "resolve", "change"] as const;
export type EventAction = (typeof eventActions)[number];

/** From most to least severe, as in PagerDuty's Events API v2. */
export const severities = ["critical", "error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

export const changeStatuses = ["started", "succeeded", "failed", "canceled"] as const;
export type ChangeStatus = (typeof changeStatuses)[number];

/** An event, as stored in the spool and sent by a provider. */
export interface Event {
  action: EventAction;
  summary: string;
  severity: Severity;
  /** Host, job or system that noticed the problem. */
  source: string;
  /** Ties trigger, acknowledge and resolve of one problem together. Never empty. */
  dedupKey: string;
  /** Id of the vendor's service. */
  service?: string;
  routingKey?: string;
  component?: string;
  group?: string;
  class?: string;
  details: Record<string, unknown>;
  links: { href: string; text?: string }[];
  /** When it happened, ISO 8601 UTC; absent means when the vendor receives it. */
  at?: string;
  /** Comment that goes along with an acknowledge or resolve. */
  note?: string;
  /** Only on `change`. `target` is the key of what is deployed to where, whatever the version; without it the dedup key is. */
  change?: {
    status: ChangeStatus;
    environment?: string;
    version?: string;
    target?: string;
    /** On success: it is known that no failure of the target is open. */
    nothingFailed?: true;
  };
}

export type EventResult = "triggered" | "deduplicated" | "acknowledged" | "resolved" | "ignored";

/** The vendor's response to an accepted event. */
export interface EventReceipt {
  /** Null when the vendor does not report it. */
  result: EventResult | null;
  incident: IncidentSummary | null;
  requestId: string | null;
  /** A notice for the user, such as why the event was ignored. */
  message: string | null;
  /** Why the event notifies nobody, where no incident shows it, and the way out: lines of a warning. */
  silenced?: readonly string[];
  /** What of the event the vendor did not take, which `message` has too. */
  leftOut?: string;
  /** The key of what the event opened, where that is not the event's own. */
  dedupKey?: string;
}
