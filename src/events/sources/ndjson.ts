import { usageError } from "../../errors.ts";
import {
  type ChangeStatus,
  changeStatuses,
  type Event,
  type EventAction,
  type Severity,
  severities,
} from "../../model/event.ts";
import { asObject, defined } from "../../model/object.ts";
import { nearest } from "../../model/text.ts";
import { deriveDedupKey, requireDedupKey } from "../dedup-key.ts";
import { findChangeStatus, findSeverity } from "../words.ts";

/** What a line of `events send` may leave out. */
export interface LineDefaults {
  source: string;
  service?: string;
  routingKey?: string;
  /** Details of the CI job, which are added to every event. */
  ci: object | null;
}

type Line = Record<string, unknown>;

const ownFields = [
  "action",
  "summary",
  "severity",
  "source",
  "dedupKey",
  "service",
  "routingKey",
  "component",
  "group",
  "class",
  "details",
  "links",
  "at",
  "note",
  "status",
  "environment",
  "version",
] as const;

const isOwn: ReadonlySet<string> = new Set(ownFields);

const actions: Record<string, EventAction> = {
  trigger: "trigger",
  ack: "acknowledge",
  acknowledge: "acknowledge",
  resolve: "resolve",
  change: "change",
  deploy: "change",
};

/**
 * One line of input as an event: our own field names, or the shape of PagerDuty's Events API v2 (`event_action`,
 * `dedup_key`, `payload`).
 *
 * @throws {CliError} `usage` with what is wrong with it
 */
export function parseLine(text: string, defaults: LineDefaults): Event {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usageError("it is not JSON");
  }
  const line: Line | undefined = asObject(value);
  if (line === undefined) throw usageError("it is not a JSON object");
  return "event_action" in line || "payload" in line ? fromV2(line, defaults) : fromOwn(line, defaults);
}

function fromOwn(line: Line, defaults: LineDefaults): Event {
  for (const name of Object.keys(line)) {
    if (isOwn.has(name)) continue;
    const [near] = nearest(name, ownFields);
    throw usageError(`unknown field "${name}"${near === undefined ? "" : `; is it "${near}"?`}`);
  }
  const action = actionOf(text(line, "action") ?? "trigger");
  const change =
    action === "change"
      ? {
          status: changeStatusOf(text(line, "status")),
          ...defined({ environment: text(line, "environment"), version: text(line, "version") }),
        }
      : undefined;
  return toEvent(
    {
      action,
      summary: text(line, "summary"),
      severity: text(line, "severity") ?? (change?.status === "failed" ? "error" : undefined),
      source: text(line, "source"),
      dedupKey: text(line, "dedupKey"),
      service: text(line, "service"),
      routingKey: text(line, "routingKey"),
      component: text(line, "component"),
      group: text(line, "group"),
      class: text(line, "class"),
      details: object(line, "details"),
      links: links(line.links),
      at: text(line, "at"),
      note: text(line, "note"),
      change,
    },
    defaults,
  );
}

/** Source: PagerDuty's description of its Events API v2. */
function fromV2(line: Line, defaults: LineDefaults): Event {
  const action = text(line, "event_action");
  if (action === undefined) throw usageError('"event_action" is missing');
  const payload = object(line, "payload") ?? {};
  const page = text(line, "client_url");
  const client = text(line, "client");
  return toEvent(
    {
      action: actionOf(action),
      summary: text(payload, "summary"),
      severity: text(payload, "severity"),
      source: text(payload, "source"),
      dedupKey: text(line, "dedup_key"),
      service: undefined,
      routingKey: text(line, "routing_key"),
      component: text(payload, "component"),
      group: text(payload, "group"),
      class: text(payload, "class"),
      details: detailsOf(payload.custom_details),
      links: [
        ...links(line.links),
        ...images(line.images),
        ...(page === undefined ? [] : [defined({ href: page, text: client })]),
      ],
      at: text(payload, "timestamp"),
      note: undefined,
      change: undefined,
    },
    defaults,
  );
}

interface Parts {
  action: EventAction;
  summary: string | undefined;
  severity: string | undefined;
  source: string | undefined;
  dedupKey: string | undefined;
  service: string | undefined;
  routingKey: string | undefined;
  component: string | undefined;
  group: string | undefined;
  class: string | undefined;
  details: Record<string, unknown> | undefined;
  links: Event["links"];
  at: string | undefined;
  note: string | undefined;
  change: Event["change"];
}

function toEvent(parts: Parts, defaults: LineDefaults): Event {
  const { action, change, links: pages } = parts;
  const source = parts.source ?? defaults.source;
  const known = parts.dedupKey === undefined ? undefined : requireDedupKey(parts.dedupKey);
  // Vendors want a summary of every event, and show the one the problem was triggered with.
  const summary = parts.summary?.trim() ?? (action === "trigger" || action === "change" ? undefined : known);
  if (summary === undefined && known === undefined && action !== "trigger" && action !== "change")
    throw usageError(`"${action}" needs a "dedupKey"`);
  if (summary === undefined || summary === "") throw usageError('"summary" is missing');
  // Many events are many problems: the CI job cannot distinguish them.
  const dedupKey =
    known ?? (action === "trigger" || action === "change" ? deriveDedupKey(null, source, summary) : undefined);
  if (dedupKey === undefined) throw usageError(`"${action}" needs a "dedupKey"`);
  return defined({
    action,
    summary,
    severity: severityOf(parts.severity, action),
    source,
    dedupKey,
    service: parts.service ?? defaults.service,
    routingKey: parts.routingKey ?? defaults.routingKey,
    component: parts.component,
    group: parts.group,
    class: parts.class,
    details: {
      ...(defaults.ci !== null && action !== "acknowledge" && action !== "resolve" && { ci: defaults.ci }),
      ...parts.details,
    },
    links: pages,
    at: parts.at === undefined ? undefined : timeOf(parts.at),
    note: parts.note,
    change,
  });
}

/** A text that is present and not empty; null counts as absent. */
function text(line: Line, name: string): string | undefined {
  const value = line[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") throw usageError(`"${name}" is not a text`);
  return value;
}

function object(line: Line, name: string): Record<string, unknown> | undefined {
  const value = line[name];
  if (value === undefined || value === null) return undefined;
  const found = asObject(value);
  if (found === undefined) throw usageError(`"${name}" is not an object`);
  return found;
}

/** Senders of v2 put texts and lists there as well. */
function detailsOf(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return asObject(value) ?? { details: value };
}

function links(value: unknown): Event["links"] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw usageError('"links" is not a list');
  return value.map((one: unknown) => {
    const link = typeof one === "string" ? { href: one } : (one as { href?: unknown; text?: unknown } | null);
    const href = typeof link?.href === "string" ? link.href : "";
    if (!/^https?:\/\//.test(href) || !URL.canParse(href)) throw usageError('a link has no "href" with a full URL');
    const label = link !== null && "text" in link && typeof link.text === "string" ? link.text : undefined;
    return defined({ href, text: label });
  });
}

/** `{src, href, alt}`: what can be opened of it. */
function images(value: unknown): Event["links"] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: { src?: unknown; href?: unknown; alt?: unknown } | null) => {
    const href = one?.href ?? one?.src;
    if (typeof href !== "string" || !URL.canParse(href)) return [];
    return [defined({ href, text: typeof one?.alt === "string" ? one.alt : undefined })];
  });
}

function actionOf(word: string): EventAction {
  const action = Object.hasOwn(actions, word.toLowerCase()) ? actions[word.toLowerCase()] : undefined;
  if (action === undefined) throw usageError(`the action "${word}" is none of trigger, acknowledge, resolve, change`);
  return action;
}

function severityOf(word: string | undefined, action: EventAction): Severity {
  if (word === undefined) return action === "trigger" ? "error" : "info";
  const severity = findSeverity(word);
  if (severity === undefined) throw usageError(`the severity "${word}" is none of ${severities.join(", ")}`);
  return severity;
}

function changeStatusOf(word: string | undefined): ChangeStatus {
  if (word === undefined) throw usageError('a change needs a "status"');
  const status = findChangeStatus(word);
  if (status === undefined) throw usageError(`the status "${word}" is none of ${changeStatuses.join(", ")}`);
  return status;
}

/** Only complete timestamps: `2h` would mean another moment in every run. */
function timeOf(word: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(word) ? new Date(word) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) throw usageError(`the time "${word}" is not ISO 8601`);
  return time.toISOString();
}
