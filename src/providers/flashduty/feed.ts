import { asObject } from "../../model/object.ts";
import { count, enumerate } from "../../model/text.ts";
import { asArray, asObjects, asText } from "../wire.ts";
import { toId, toTime } from "./wire.ts";

/* The texts of an incident's history. Source: OpenAPI, `FeedDetail*`; newer types: the vendor's own tools. */

type Detail = Record<string, unknown>;
/** The name of a person by id. */
type NameOf = (id: string) => string;

interface FeedType {
  /** Our name for the type. */
  word: string;
  /** What the detail adds; null when it adds nothing. */
  text?(detail: Detail, name: NameOf): string | null;
}

const feedTypes: Record<string, FeedType> = {
  i_new: { word: "created", text: openedText },
  i_assign: { word: "assigned", text: assignedText },
  i_a_rspd: { word: "responder added", text: ({ to }, name) => namesOf(to, name) },
  i_notify: { word: "notified", text: notifiedText },
  i_storm: { word: "storm", text: ({ threshold }) => withNumber(threshold, (n) => `more than ${count(n, "alert")}`) },
  i_snooze: { word: "snoozed", text: ({ minutes }) => withNumber(minutes, (n) => `for ${count(n, "minute")}`) },
  i_wake: { word: "woken", text: ({ snoozedBefore }) => prefixed("was snoozed until ", toTime(snoozedBefore)) },
  i_ack: { word: "acknowledged", text: ({ progress }) => asText(progress) },
  i_unack: { word: "unacknowledged", text: ({ progress }) => asText(progress) },
  i_comm: { word: "commented", text: ({ comment }) => asText(comment) },
  i_rslv: { word: "resolved", text: resolvedText },
  i_reopen: { word: "reopened", text: ({ reason }) => asText(reason) },
  i_merge: { word: "merged", text: mergedText },
  a_merge: { word: "alert merged", text: mergedText },
  i_r_title: { word: "title changed", text: fromTo },
  i_r_desc: { word: "description changed", text: fromTo },
  i_r_impact: { word: "impact changed", text: fromTo },
  i_r_rc: { word: "root cause changed", text: fromTo },
  i_r_rsltn: { word: "resolution changed", text: fromTo },
  i_r_severity: { word: "severity changed", text: fromTo },
  i_r_resp: { word: "responders changed", text: ({ to }, name) => namesOf(to, name) },
  i_r_field: { word: "field changed", text: fieldText },
  i_m_flapping: { word: "muted while flapping", text: flappingText },
  i_m_silence: { word: "muted by a silence" },
  i_m_inhibat: { word: "muted by inhibition" },
  i_m_reply: { word: "replies muted" },
  i_custom: { word: "action run", text: ({ integration_name: name }) => asText(name) },
  i_wr_create: { word: "war room created", text: roomText },
  i_wr_delete: { word: "war room deleted", text: roomText },
  i_auto_refresh: { word: "card refreshed" },
  a_new: { word: "alert triggered", text: ({ severity }) => asText(severity)?.toLowerCase() ?? null },
  a_comm: { word: "alert commented", text: ({ comment }) => asText(comment) },
  a_close: { word: "alert closed" },
};

/** Our name for a type. Types about work items are newer than the description, and named after what was done to one. */
export function feedWord(type: string): string {
  const workItem = /^i_wi_(.+)$/.exec(type)?.[1];
  if (workItem !== undefined) return `work item ${workItem.replaceAll("_", " ")}`;
  return Object.hasOwn(feedTypes, type) ? (feedTypes[type]?.word ?? type) : type;
}

/** The text of an item; null when its type is all there is to report. */
export function feedText(type: string, detail: Detail, name: NameOf): string | null {
  const known = Object.hasOwn(feedTypes, type) ? feedTypes[type] : undefined;
  return known === undefined ? anyText(detail) : (known.text?.(detail, name) ?? null);
}

/** The people that a detail names by id. */
export function peopleIn(detail: Detail): string[] {
  const { to, persons, person_ids, source_responders } = detail;
  const ids = [to, person_ids, source_responders].flatMap(asArray);
  return [...ids, ...asObjects(persons).map(({ person_id }) => person_id)].flatMap((id) => toId(id) ?? []);
}

/** Of a type that is not known: whatever is there to be read. */
function anyText(detail: Detail): string | null {
  const { comment, reason, title, name } = detail;
  return asText(comment) ?? asText(reason) ?? asText(title) ?? asText(name) ?? fromTo(detail);
}

function openedText({ title, severity, reporter_email: email }: Detail): string | null {
  return joined([asText(title), asText(severity)?.toLowerCase(), prefixed("reported by ", asText(email))]);
}

function assignedText(detail: Detail, name: NameOf): string | null {
  const { to, person_ids, emails, escalate_rule_name: rule, layer_idx: level, type } = detail;
  const people = namesOf(asArray(to).length > 0 ? to : person_ids, name) ?? textsOf(emails);
  const how = { reassign: "instead of those before", reopen: "again" }[asText(type) ?? ""] ?? null;
  return joined([prefixed("to ", people), levelText(rule, level), how]);
}

/** `by phone to Ada; Grace was not reached: busy`. Tokens of robots are never shown. */
function notifiedText(detail: Detail, name: NameOf): string | null {
  const { by, fire_type, escalate_rule_name: rule, layer_idx: level } = detail;
  const targets = [
    ...asObjects(detail.persons).map((one) => ({ one, who: name(asText(one.person_id) ?? "") })),
    ...asObjects(detail.chats).map((one) => ({ one, who: asText(one.chat_name) ?? asText(one.chat_id) ?? "a chat" })),
    ...asObjects(detail.robots).map((one) => ({ one, who: asText(one.alias) ?? "a robot" })),
  ].map(({ one, who }) => ({ who, failure: asText(one.failed_reason) }));
  const reached = targets.flatMap(({ who, failure }) => (failure === null ? [who] : []));
  const failures = targets.flatMap(({ who, failure }) => (failure === null ? [] : [`${who} NOT REACHED: ${failure}`]));
  const how = [
    ...(reached.length > 0 ? [enumerate(reached, "and")] : []),
    ...(asText(by) === null ? [] : [`by ${asText(by)}`]),
  ].join(" ");
  return joined([how, ...failures, levelText(rule, level), fire_type === "refire" ? "once more" : null]);
}

/** Where a resolve came from. Source: OpenAPI, `FeedDetailIncidentResolve`. */
const sources: Record<string, string> = {
  voice: "on the phone",
  console: "in the console",
  card: "on the chat card",
  wcard: "on the chat card",
  event: "by an event of the monitoring system",
  autorslv: "by the automatic resolve of the channel",
  autorefresh: "by a refresh",
  escalation: "by the escalation rule",
};

function resolvedText({ from }: Detail): string | null {
  const word = asText(from);
  return word === null ? null : Object.hasOwn(sources, word) ? (sources[word] ?? word) : word;
}

function mergedText({ source_incidents, target_incident, comment, remove_source_incidents: isRemoved }: Detail) {
  const short = (one: Detail | undefined): string | null =>
    one === undefined ? null : joined([asText(one.title), asText(one.incident_id)], " ");
  const from = asObjects(source_incidents).flatMap((one) => short(one) ?? []);
  return joined([
    from.length > 0 ? `from ${enumerate(from, "and")}` : null,
    prefixed("into ", short(asObject(target_incident))),
    isRemoved === true ? "sources deleted" : null,
    asText(comment),
  ]);
}

function fieldText({ field_name: name, to }: Detail): string | null {
  return joined([asText(name), `to ${valueText(to) || "nothing"}`], " ");
}

function flappingText({ max_changes: changes, in_mins: window, mute_mins: mute }: Detail): string | null {
  return joined([
    withNumber(mute, (n) => `for ${count(n, "minute")}`),
    withNumber(changes, (n) => `after more than ${count(n, "change")}`),
    withNumber(window, (n) => `in ${count(n, "minute")}`),
  ]);
}

function roomText({ chat_name, chat_id, integration_name, share_link }: Detail): string | null {
  return joined([asText(chat_name) ?? asText(chat_id), asText(integration_name), asText(share_link)]);
}

/** Levels count from 0. */
function levelText(rule: unknown, level: unknown): string | null {
  const name = asText(rule);
  if (name === null) return null;
  return typeof level === "number" ? `level ${level + 1} of "${name}"` : `rule "${name}"`;
}

function fromTo({ from, to }: Detail): string | null {
  const [before, after] = [valueText(from), valueText(to)];
  if (after === "") return null;
  return before === "" ? `to ${after}` : `from ${before} to ${after}`;
}

/** A value of a field as people read it; empty for none. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function namesOf(ids: unknown, name: NameOf): string | null {
  const names = asArray(ids).flatMap((id) => (toId(id) === null ? [] : [name(toId(id) ?? "")]));
  return names.length === 0 ? null : enumerate(names, "and");
}

function textsOf(value: unknown): string | null {
  const texts = asArray(value).flatMap((one) => asText(one) ?? []);
  return texts.length === 0 ? null : enumerate(texts, "and");
}

function prefixed(before: string, text: string | null): string | null {
  return text === null ? null : `${before}${text}`;
}

function withNumber(value: unknown, words: (n: number) => string): string | null {
  return typeof value === "number" ? words(value) : null;
}

function joined(parts: readonly (string | null | undefined)[], between = "; "): string | null {
  const given = parts.filter((part) => part !== null && part !== undefined && part !== "");
  return given.length === 0 ? null : given.join(between);
}
