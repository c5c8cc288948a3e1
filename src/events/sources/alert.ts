import { oneLine } from "../../model/control-characters.ts";
import { cut } from "../../model/cut.ts";
import type { Event, Severity } from "../../model/event.ts";
import { defined } from "../../model/object.ts";
import type { Fields } from "./fields.ts";
import type { LineDefaults } from "./parts.ts";

/** One problem as a monitoring system reports it, with our field names, before the limits of a vendor apply. */
export interface Alert {
  action: "trigger" | "resolve";
  /** The same when it begins and when it is over; fits every vendor. */
  dedupKey: string;
  summary: string;
  severity: Severity;
  /** Undefined if the system does not report it. */
  source: string | undefined;
  component: string | undefined;
  group: string | undefined;
  class: string | undefined;
  details: Fields;
  links: Event["links"];
  /** ISO 8601 UTC. */
  at: string | undefined;
}

/** An item of a document: an alert, an unreadable alert, one that is not an event, or a warning for the user. */
export type Reading = { alert: Alert } | { problem: string } | { skipped: string } | { warning: string };

/** @throws {CliError} `usage` if the document is not of the format */
export type AlertParser = (document: Fields) => Reading[];

/** Longer details are hard to read at night. Lengths are in UTF-16 units. */
const maxDetailLength = 4096;
const maxDetails = 100;
/** Of component, group and class. */
const maxShortText = 200;

/** An alert as an event. What the vendor does not take of it is repaired later: see `repairEvent`. */
export function toEvent(alert: Alert, defaults: Omit<LineDefaults, "place">): Event {
  const { action, dedupKey, severity, links, at, component, group, class: kind } = alert;
  const { service, routingKey, ci } = defaults;
  const short = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : cut(oneLine(text), maxShortText);
  return defined({
    action,
    summary: alert.summary,
    severity,
    source: alert.source?.trim() || defaults.source,
    dedupKey,
    service,
    routingKey,
    component: short(component),
    group: short(group),
    class: short(kind),
    details: { ...(ci !== null && action === "trigger" && { ci }), ...toDetails(alert.details) },
    links,
    at,
  });
}

/** Without what is empty. */
function toDetails(details: Fields): Fields {
  const known = Object.entries(details).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(known.slice(0, maxDetails).map(([name, value]) => [name, toDetail(value)]));
}

function toDetail(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return cut(typeof value === "string" ? value : JSON.stringify(value), maxDetailLength);
}
