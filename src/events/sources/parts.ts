import { usageError } from "../../errors.ts";
import type { ChangeStatus, Event, EventAction, Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { asObject, defined } from "../../model/object.ts";
import type { CiMetadata } from "../ci.ts";
import { changeTargetKey, deriveDedupKey, deriveLineKey, joinKey, requireDedupKey } from "../dedup-key.ts";
import { type Origin, passingKeyWarning } from "../origin.ts";
import { findChangeStatus, findSeverity } from "../status-words.ts";
import type { Fields } from "./fields.ts";

/* Events of single objects: what decorates one and cannot be read is left out with a warning, and never costs the event. */

/** What an object may leave out. */
export interface LineDefaults {
  source: string;
  service?: string;
  routingKey?: string;
  /** Details of the CI job, which are added to every event. */
  ci: CiMetadata | null;
  /** Stands in the key of an event that names no source. */
  place: Origin["place"];
}

/** The fields of an event as far as they are known. */
export interface Parts {
  action: EventAction;
  summary?: string | undefined;
  severity?: Severity | undefined;
  source?: string | undefined;
  dedupKey?: string | undefined;
  service?: string | undefined;
  routingKey?: string | undefined;
  component?: string | undefined;
  group?: string | undefined;
  class?: string | undefined;
  details?: Fields | undefined;
  links: Event["links"];
  at?: string | undefined;
  note?: string | undefined;
  change?: Event["change"];
}

/** Reads the fields of one object, and collects warnings about those that it leaves out. */
export class PartReader {
  readonly warnings: string[] = [];
  /** Warnings that are about all of the input: each is printed once. */
  readonly remarks: string[] = [];

  /** A text that is present and not blank; null counts as absent, and what is no text is written as JSON. */
  text(fields: Fields, name: string): string | undefined {
    const value = fields[name];
    if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "object") this.warnings.push(`"${name}" is not a text: it is written as JSON`);
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }

  object(fields: Fields, name: string): Fields | undefined {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    const found = asObject(value);
    if (found === undefined) this.warnings.push(`"${name}" is not an object: it is left out`);
    return found;
  }

  /** Details under any name; what is not an object stands below `details`. */
  details(fields: Fields, name: string): Fields | undefined {
    const value = fields[name];
    if (value === undefined || value === null || value === "") return undefined;
    return asObject(value) ?? { details: value };
  }

  severity(fields: Fields, name: string): Severity | undefined {
    const word = this.text(fields, name);
    if (word === undefined) return undefined;
    const severity = findSeverity(word);
    if (severity === undefined) this.warnings.push(`the severity "${word}" is not known: it is taken as error`);
    return severity ?? "error";
  }

  /** ISO 8601 UTC. `2h` is no time here: it would mean another moment in every run. */
  time(fields: Fields, name: string): string | undefined {
    const value = fields[name];
    if (value === undefined || value === null || value === "") return undefined;
    const time = readMachineTime(value)?.toISOString();
    if (time === undefined)
      this.warnings.push(`the time ${JSON.stringify(value)} in "${name}" cannot be read: it is left out`);
    return time;
  }

  /** Texts or `{href, text}`. */
  links(fields: Fields, name: string): Event["links"] {
    const value = fields[name];
    if (value === undefined || value === null || value === "") return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((one) => {
      const link = asObject(one) ?? { href: one };
      return this.link(link.href, link.text, name);
    });
  }

  /** One link, or none if its address cannot be opened. */
  link(href: unknown, text: unknown, name: string): Event["links"] {
    const address = typeof href === "string" ? href.trim() : "";
    if (/^https?:\/\/\S+$/i.test(address) && URL.canParse(address))
      return [{ href: address, ...(typeof text === "string" && text.trim() !== "" && { text }) }];
    this.warnings.push(`the link ${JSON.stringify(href ?? "")} in "${name}" is not a full URL: it is left out`);
    return [];
  }

  /** @throws {CliError} `usage` when there is none */
  changeStatus(fields: Fields, name: string): ChangeStatus {
    const word = this.text(fields, name);
    if (word === undefined) throw usageError('a change needs a "status"');
    const status = findChangeStatus(word);
    if (status === undefined) this.warnings.push(`the status "${word}" is not known: it is taken as failed`);
    return status ?? "failed";
  }
}

const actions: Record<string, EventAction> = {
  trigger: "trigger",
  ack: "acknowledge",
  acknowledge: "acknowledge",
  resolve: "resolve",
  change: "change",
  deploy: "change",
};

/** @throws {CliError} `usage` for a word that is no action: what is wanted is not known */
export function actionOf(word: string): EventAction {
  const plain = word.trim().toLowerCase();
  const action = Object.hasOwn(actions, plain) ? actions[plain] : undefined;
  if (action === undefined) throw usageError(`the action "${word}" is none of trigger, acknowledge, resolve, change`);
  return action;
}

/**
 * The event of what was read; the reader gets warnings about what is missing. @throws {CliError} `usage` without summary and key, or on a
 * follow-up without a key
 */
export function toEvent(parts: Parts, defaults: LineDefaults, { warnings, remarks }: PartReader): Event {
  const { action, change, links, at, note, component, group } = parts;
  const begins = action === "trigger" || action === "change";
  const source = parts.source?.trim() || defaults.source;
  const known = parts.dedupKey === undefined ? undefined : requireDedupKey(parts.dedupKey);
  if (!begins && known === undefined) throw usageError(`"${action}" needs a "dedupKey"`);
  // Vendors want a summary of every event, and show the one the problem was triggered with.
  const summary = parts.summary?.trim() || known;
  if (summary === undefined) throw usageError('"summary" is missing');
  const dedupKey = known ?? keyOfLine({ ...parts, summary, action }, defaults, remarks);
  if (begins && parts.summary === undefined) warnings.push('"summary" is missing: the dedup key takes its place');
  return defined({
    action,
    summary,
    severity: parts.severity ?? (action === "trigger" || change?.status === "failed" ? "error" : "info"),
    source,
    dedupKey,
    service: parts.service ?? defaults.service,
    routingKey: parts.routingKey ?? defaults.routingKey,
    component,
    group,
    class: parts.class,
    details: { ...(defaults.ci !== null && begins && { ci: defaults.ci }), ...parts.details },
    links,
    at,
    note,
    change: change && { ...change, ...targetOf(dedupKey, change) },
  });
}

/** Many events are many problems, so the summary is part of the key, in a CI job too. */
function keyOfLine(
  { action, source, service, summary }: Pick<Parts, "action" | "source" | "service"> & { summary: string },
  { ci, place, ...defaults }: LineDefaults,
  remarks: string[],
): string {
  const given = source?.trim() ?? "";
  const warning = given === "" ? passingKeyWarning({ ci, place }, "line") : undefined;
  if (warning !== undefined) remarks.push(warning.replace("\nhint: ", ": give "));
  // A change is nothing that the end of a problem with the same words could close, nor the other way around.
  if (action === "change") return joinKey("change", given || (ci === null ? place.name : defaults.source), summary);
  if (given !== "") return deriveDedupKey(null, given, summary);
  return deriveLineKey(ci, place.name, summary, service ?? defaults.service);
}

/** The key that the failure of a change has, where that is not the key of the change: a success elsewhere must not resolve it. */
function targetOf(key: string, { environment, version }: NonNullable<Event["change"]>): { target?: string } {
  const target = changeTargetKey(key, { environment, version });
  return target === key ? {} : { target };
}
