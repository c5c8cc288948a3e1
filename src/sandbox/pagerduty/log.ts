import type { FeedItem, SandboxIncident } from "../model.ts";
import { findService, people, services } from "../seed.ts";
import { type Call, iso } from "./call.ts";
import { reference } from "./policies.ts";
import { teamOf, userWire } from "./wire.ts";

/* The history of an incident. Source: the vendor's OpenAPI. */

/** Adds an entry, by whoever acts; by the service without anybody. */
export function addLog(
  { now, actor, store }: Pick<Call, "now" | "actor" | "store">,
  one: SandboxIncident,
  type: string,
  detail: Record<string, unknown>,
): FeedItem {
  const item: FeedItem = { type, detail, by: actor === undefined ? 0 : actor + 1, at: now };
  one.feed = [...(one.feed ?? []), item];
  store.touch(one);
  return item;
}

const words: Record<string, string> = {
  trigger: "Triggered",
  acknowledge: "Acknowledged",
  unacknowledge: "Unacknowledged",
  resolve: "Resolved",
  reopen: "Reopened",
  snooze: "Snoozed",
  annotate: "Note added",
  assign: "Reassigned",
  escalate: "Escalated",
  merge: "Merged",
};

/** All entries, the newest first. Incidents of the seed have no entries of their own. */
export function logOf(one: SandboxIncident): FeedItem[] {
  const feed = one.feed ?? [];
  const has = (type: string): boolean => feed.some((item) => item.type === type);
  const byPerson = (person: string): number => people.findIndex(({ pagerduty }) => pagerduty === person) + 1;
  return [
    firstLog(one),
    ...(has("acknowledge")
      ? []
      : one.acks.map(({ person, at }) => ({ type: "acknowledge", detail: {}, by: byPerson(person), at }))),
    ...(has("resolve") || one.resolvedAt === null
      ? []
      : [{ type: "resolve", detail: {}, by: byPerson(one.acks[0]?.person ?? ""), at: one.resolvedAt }]),
    ...feed,
  ].sort((a, b) => b.at - a.at);
}

export function firstLog(one: SandboxIncident): FeedItem {
  return {
    type: "trigger",
    detail: {},
    by: one.fields?.manual === true ? Number(one.fields.by ?? 0) : 0,
    at: one.createdAt,
  };
}

/** What the vendor has no entry of its own for. */
const types: Record<string, string> = { reopen: "trigger", merge: "resolve" };

export function logWire(one: SandboxIncident, { type, detail, by, at }: FeedItem): object {
  const service = findService("pagerduty", one.service) ?? services[0];
  const owner = reference("service", service.pagerduty, service.name);
  const person = people[by - 1];
  const agent = userWire(person?.pagerduty, false) ?? owner;
  const summary = person === undefined ? `${words[type]} through the API` : `${words[type]} by ${person.name}`;
  const channel = type === "annotate" ? { type: "note", summary: detail.content } : { type: "api", summary: one.title };
  return {
    ...reference(
      `${types[type] ?? type}_log_entry`,
      `R${one.id.slice(1)}${at.toString(36).toUpperCase()}`,
      summary,
      "log_entries",
    ),
    type: `${types[type] ?? type}_log_entry`,
    created_at: iso(at),
    agent,
    channel,
    service: owner,
    incident: reference("incident", one.id, one.title, "incidents"),
    teams: [reference("team", teamOf(one).pagerduty, teamOf(one).name, "teams")],
    contexts: [],
    ...(type === "trigger" && { event_details: { description: one.title } }),
    ...(detail.note !== undefined && { note: detail.note }),
  };
}
