import { usageError } from "../../errors.ts";
import { fitKey } from "../../model/fit-key.ts";
import { asObject } from "../../model/object.ts";
import type { Alert } from "../sources/alert.ts";
import { fromAlertmanager } from "../sources/alertmanager.ts";

/** What Alertmanager's API v2 lists: `GET /api/v2/alerts`. Source: its OpenAPI description, `gettableAlert`; seen with 0.25. */
export interface ListedAlerts {
  /** What fires and would be sent to the receiver, by dedup key. */
  firing: Map<string, Alert>;
  /** Every key in the list, those of silenced, inhibited and old alerts and of other receivers too: none of them is over. */
  known: Set<string>;
  /** Number of alerts in the list. */
  count: number;
  /** Silenced or inhibited there. */
  suppressed: number;
  /** Alerts without a known key: with any, what is missing cannot be taken as resolved. */
  unreadable: string[];
  /** Receivers of the alerts that fire. */
  receivers: Set<string>;
  /** Alerts that had ended before now, as in an old list. */
  ended: number;
}

export interface ListOptions {
  /** Stands in front of each key. */
  keyPrefix: string;
  /** Name of the receiver that sends to onduty; undefined for alerts of every one. */
  receiver: string | undefined;
  now: Date;
}

/** @throws {CliError} `usage` when it is no list of Alertmanager's API v2 */
export function readListed(body: unknown, { keyPrefix, receiver, now }: ListOptions): ListedAlerts {
  if (!Array.isArray(body))
    throw usageError("it is not what Alertmanager lists", "curl -s http://127.0.0.1:9093/api/v2/alerts");
  const list: ListedAlerts = {
    firing: new Map(),
    known: new Set(),
    count: body.length,
    suppressed: 0,
    unreadable: [],
    receivers: new Set(),
    ended: 0,
  };
  body.forEach((value: unknown, index) => {
    const fields = asObject(value);
    const alert = fields && alertIn(fields);
    const state = asObject(fields?.status)?.state;
    if (fields === undefined || alert === undefined || typeof state !== "string") {
      list.unreadable.push(`alert ${index + 1}`);
      return;
    }
    const key = fitKey(`${keyPrefix}${alert.dedupKey}`);
    list.known.add(key);
    const receivers = receiversOf(fields);
    if (state === "suppressed") list.suppressed += 1;
    if (state !== "active") return;
    for (const name of receivers) list.receivers.add(name);
    if (receiver !== undefined && !receivers.includes(receiver)) return;
    // Alertmanager itself lists none of these.
    if (hasEnded(fields, now)) list.ended += 1;
    else list.firing.set(key, { ...alert, dedupKey: key });
  });
  return list;
}

/** The same event as the webhook makes of it, so that both have one key. */
function alertIn(fields: Record<string, unknown>): Alert | undefined {
  const [reading] = fromAlertmanager({ alerts: [{ ...fields, status: "firing" }] });
  return reading !== undefined && "alert" in reading ? reading.alert : undefined;
}

function receiversOf({ receivers }: Record<string, unknown>): string[] {
  const list: unknown[] = Array.isArray(receivers) ? receivers : [];
  return list.flatMap((one) => {
    const name = asObject(one)?.name;
    return typeof name === "string" ? [name] : [];
  });
}

function hasEnded({ endsAt }: Record<string, unknown>, now: Date): boolean {
  const end = typeof endsAt === "string" ? Date.parse(endsAt) : Number.NaN;
  // Year 1 stands for "not known".
  return end > 0 && end < now.getTime();
}
