import type { OpenAlert } from "../../model/incident.ts";
import type { Alert } from "../sources/alert.ts";
import type { ListedAlerts } from "./alertmanager.ts";

/** What is open at the vendor, as far as it could be listed. */
export interface OpenAlerts {
  rows: OpenAlert[];
  /** Why the list is not complete; undefined when it is. */
  truncated: string | undefined;
}

/** The difference between what fires and what is open. */
export interface Difference {
  /** Fires, and is not open. */
  triggers: Alert[];
  /** Open, and fires no more. */
  resolves: OpenAlert[];
  /** Fires, and is open. */
  same: number;
  /** Open and not in the list, but left open, with the reason. */
  kept: { alert: OpenAlert; why: string }[];
}

export interface CompareOptions {
  /** The beginning of the keys that belong to this Alertmanager. */
  ownKeys: string;
  /** Id or name of the service that the events are for; undefined when it is not known. */
  service: string | undefined;
  /** The list was read before the incidents: what was opened later may fire. */
  listedAt: Date | undefined;
}

/** Compares both sides. Resolves only what is known to be over. */
export function compare(
  list: ListedAlerts,
  open: OpenAlerts,
  { ownKeys, service, listedAt }: CompareOptions,
): Difference {
  const own = open.rows.filter((one) => one.dedupKey.startsWith(ownKeys) && isOf(one, service));
  const openKeys = new Set(own.map(({ dedupKey }) => dedupKey));
  const difference: Difference = { triggers: [], resolves: [], same: 0, kept: [] };
  for (const [key, alert] of list.firing) {
    if (openKeys.has(key)) difference.same += 1;
    else difference.triggers.push(alert);
  }
  const seen = new Set<string>();
  for (const alert of own) {
    if (list.known.has(alert.dedupKey) || seen.has(alert.dedupKey)) continue;
    seen.add(alert.dedupKey);
    const why = reasonToKeep(alert, list, open, listedAt);
    if (why === undefined) difference.resolves.push(alert);
    else difference.kept.push({ alert, why });
  }
  return difference;
}

function reasonToKeep(
  alert: OpenAlert,
  list: ListedAlerts,
  { truncated }: OpenAlerts,
  listedAt: Date | undefined,
): string | undefined {
  if (truncated !== undefined) return "the list of open incidents is not complete";
  if (list.unreadable.length > 0) return "alerts in the list cannot be read";
  if (listedAt !== undefined && !(Date.parse(alert.createdAt) < listedAt.getTime()))
    return "it was opened after the alerts were listed";
  return undefined;
}

function isOf({ service: its }: OpenAlert, service: string | undefined): boolean {
  if (service === undefined || its === null) return true;
  return its.id === service || its.name.toLowerCase() === service.toLowerCase();
}
