import type { ChangeStatus, Event, Severity } from "../model/event.ts";
import { defined } from "../model/object.ts";
import type { CiMetadata } from "./ci.ts";
import { changeTargetKey, deriveChangeKey, deriveDedupKey, requireDedupKey } from "./dedup-key.ts";
import { defaultSource } from "./defaults.ts";
import type { Origin } from "./origin.ts";

/* Events of single commands: what the command line gives, and for the rest what the CI job and this host give. */

/** Where an event goes: see `target`. */
type Target = Pick<Event, "service" | "routingKey">;

export interface TriggerParts extends Target, Pick<Event, "component" | "group" | "class"> {
  summary: string;
  severity?: Severity;
  source?: string;
  dedupKey?: string;
  details: Event["details"];
  links?: Event["links"];
  at?: Date;
}

/** A problem, `error` unless `severity` is given. */
export function triggerEvent({ ci, place }: Origin, parts: TriggerParts): Event {
  const { summary, severity = "error", dedupKey, service, routingKey, component, group, details, links = [] } = parts;
  const source = parts.source?.trim() || defaultSource(ci);
  return {
    action: "trigger",
    summary,
    severity,
    source,
    dedupKey: dedupKey ?? deriveDedupKey(ci, parts.source?.trim() ?? place.name, summary, service),
    ...defined({ service, routingKey, component, group, class: parts.class }),
    details: { ...(ci !== null && { ci }), ...details },
    links,
    ...defined({ at: parts.at?.toISOString() }),
  };
}

export interface FollowUpParts extends Target {
  action: "acknowledge" | "resolve";
  dedupKey: string;
  note?: string;
  /** Default: the key. */
  summary?: string;
}

/** An event about a problem that was triggered before. */
export function followUpEvent(ci: CiMetadata | null, parts: FollowUpParts): Event {
  const { action, dedupKey, service, routingKey, note, summary = dedupKey } = parts;
  return {
    action,
    // Vendors want a summary of every event, and show the one the problem was triggered with.
    summary,
    severity: "info",
    source: defaultSource(ci),
    dedupKey,
    ...defined({ service, routingKey }),
    details: {},
    links: [],
    ...defined({ note }),
  };
}

export interface ChangeParts extends Target {
  status: ChangeStatus;
  summary?: string | undefined;
  changeKey?: string;
  environment?: string;
  version?: string;
  link?: Event["links"];
  detail?: Record<string, string>;
  at?: Date;
}

/** One step of a change. @throws {CliError} `usage` when the key is empty */
export function changeEvent({ ci, place }: Origin, parts: ChangeParts): Event {
  const { status, version, service, routingKey, link, detail } = parts;
  const environment = parts.environment ?? ci?.environment ?? undefined;
  const changeKey = parts.changeKey === undefined ? undefined : requireDedupKey(parts.changeKey);
  const target = changeKey === undefined ? undefined : changeTargetKey(changeKey, { version, environment });
  const source = defaultSource(ci);
  const links = link ?? (ci?.runUrl == null ? [] : [{ href: ci.runUrl, text: "CI run" }]);
  const what = ci?.repository ?? service ?? source;
  const words = ["Deploy", what, version, environment && `to ${environment}`].filter(Boolean).join(" ");
  return {
    action: "change",
    summary: parts.summary?.trim() || words,
    severity: status === "failed" ? "error" : "info",
    source,
    dedupKey: changeKey ?? deriveChangeKey(ci, { place: place.name, service, environment }),
    ...defined({ service, routingKey }),
    details: { ...(ci !== null && { ci }), ...detail },
    links,
    change: { status, ...defined({ environment, version, target }) },
    ...defined({ at: parts.at?.toISOString() }),
  };
}
