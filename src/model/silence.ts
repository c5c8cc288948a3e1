import type { Reference } from "./incident.ts";

/** What keeps alerts of a service from paging anybody, for a time. Times are ISO 8601 UTC. */
export interface Silence {
  id: string;
  service: Reference | null;
  /** Labels that an alert must have, as `label=value`; none means every alert of the service. Other conditions as the vendor has them. */
  match: string[];
  reason: string | null;
  /** Null for one that has no beginning or end of its own. */
  from: string | null;
  until: string | null;
  /** Whether it is in effect now. */
  active: boolean;
  provider: string;
  profile: string;
}

export interface NewSilence {
  service: Reference;
  /** Each label with its value; all have to match. */
  match: readonly { label: string; value: string }[];
  from: Date;
  until: Date;
  reason?: string;
}
