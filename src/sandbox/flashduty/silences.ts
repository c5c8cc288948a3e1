import type { SilenceRule, Store } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { findService } from "../seed.ts";
import { type Call, type Handler, invalid, notFound, type Outcome, texts } from "./call.ts";
import { accountId } from "./incident-wire.ts";

/* Silence rules of Flashduty's channels. Source: the vendor's OpenAPI. */

export const silenceRoutes: Record<string, Handler> = {
  "/channel/silence/rule/list": ({ body, store, now }) => {
    if (findService("flashduty", String(body.channel_id)) === undefined) return notFound("channel");
    const rules = (store.state.flashduty.silences ?? []).filter(({ channel_id }) => channel_id === body.channel_id);
    return { data: { items: rules.map((rule) => toWire(rule, now)) } };
  },
  "/channel/silence/rule/create": create,
  "/channel/silence/rule/delete": ({ body, store }) => {
    const all = store.state.flashduty.silences ?? [];
    const left = all.filter(({ rule_id, channel_id }) => rule_id !== body.rule_id || channel_id !== body.channel_id);
    if (left.length === all.length) return notFound("rule");
    store.state.flashduty.silences = left;
    store.touch();
    return { data: undefined };
  },
};

function create({ body, store, now, person }: Call): Outcome {
  if (findService("flashduty", String(body.channel_id)) === undefined) return notFound("channel");
  const name = text(body.rule_name);
  if (name === undefined || [...name].length > 39) return invalid("rule_name must have 1 to 39 characters");
  const { start_time, end_time } = objectOf(body.time_filter);
  const [start, end] = [Number(start_time), Number(end_time)];
  if (!(start > 0) || !(end > start)) return invalid("time_filter.end_time must be after start_time");
  if (!Array.isArray(body.filters) || body.filters.length === 0) return invalid("filters must be non-empty");
  store.state.sequence += 1;
  const rule: SilenceRule = {
    rule_id: `5b${store.state.sequence.toString(16).padStart(22, "0")}`,
    channel_id: Number(body.channel_id),
    rule_name: name,
    description: text(body.description) ?? "",
    time_filter: { start_time: start, end_time: end },
    filters: body.filters as SilenceRule["filters"],
    created_at: now,
    updated_by: person,
  };
  store.state.flashduty.silences = [...(store.state.flashduty.silences ?? []), rule];
  store.touch();
  return { data: { rule_id: rule.rule_id, rule_name: name } };
}

function isEffective({ time_filter: { start_time, end_time } }: SilenceRule, now: number): boolean {
  return start_time <= now && now < end_time;
}

function toWire(rule: SilenceRule, now: number): object {
  return {
    ...rule,
    account_id: accountId,
    priority: 0,
    from_incident_id: "000000000000000000000000",
    time_filters: [],
    is_directly_discard: false,
    status: "enabled",
    updated_at: rule.created_at,
    is_effective: isEffective(rule, now),
  };
}

/** Whether a rule silences an alert of a channel with these labels and this severity now. */
export function isSilenced(
  store: Store,
  channel: string,
  { labels, severity }: { labels: Record<string, string>; severity: string },
  now: number,
): boolean {
  const holds = ({ key, oper, vals }: SilenceRule["filters"][number][number]): boolean => {
    const value = /^(alert_)?severity$/.test(key) ? severity : (labels[key.replace(/^labels\./, "")] ?? "");
    return texts(vals).includes(value) === (oper === "IN");
  };
  return (store.state.flashduty.silences ?? []).some(
    (rule) =>
      String(rule.channel_id) === channel && isEffective(rule, now) && rule.filters.some((group) => group.every(holds)),
  );
}
