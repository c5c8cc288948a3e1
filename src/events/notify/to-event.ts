import { oneLine } from "../../model/control-characters.ts";
import { cut } from "../../model/cut.ts";
import type { Event } from "../../model/event.ts";
import { fitKey } from "../../model/fit-key.ts";
import { defined } from "../../model/object.ts";
import { linksOf } from "../sources/fields.ts";
import type { Notification } from "./notification.ts";
import type { System } from "./systems.ts";

/** Longer details are hard to read at night. In UTF-16 units. */
const maxDetailLength = 4096;
const maxShortText = 200;

export interface NotifyTarget {
  service?: string;
  routingKey?: string;
  /** Stands in front of every key. */
  keyPrefix?: string;
}

/** A notification as an event. What the vendor does not take of it is repaired later: see `repairEvent`. */
export function toEvent(system: System, notification: Notification, target: NotifyTarget): Event {
  const { action, summary, severity, source, details, links = [], at, note } = notification;
  const { service, routingKey, keyPrefix = "" } = target;
  const short = (text: string | undefined): string | undefined => text && cut(oneLine(text), maxShortText);
  return {
    action,
    summary,
    severity,
    source,
    dedupKey: fitKey(`${keyPrefix}${keyOf(system, notification.key)}`),
    ...defined({
      service,
      routingKey,
      component: short(notification.component),
      group: short(notification.group),
      class: short(notification.class),
    }),
    details: toDetails(details),
    links: linksOf([...links]),
    ...defined({ at: at?.toISOString(), note }),
  };
}

/** `nagios:web-01/Disk /var`. A separator inside all parts but the last is escaped: different problems never have the same key. */
function keyOf(system: System, parts: Notification["key"]): string {
  const last = parts.length - 1;
  const escaped = parts.map((part, index) => {
    const plain = part.trim();
    return index === last && last > 0
      ? plain
      : plain.replace(/%(?=25|2F)|\//g, (sign) => (sign === "%" ? "%25" : "%2F"));
  });
  return `${system}:${escaped.join("/")}`;
}

function toDetails(details: Notification["details"]): Event["details"] {
  const known = Object.entries(details).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(
    known.map(([name, value]) => [name, typeof value === "string" ? cut(value.trim(), maxDetailLength) : value]),
  );
}
