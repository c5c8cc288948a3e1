import type { SandboxIncident } from "../model.ts";
import { findPerson, findService, teams } from "../seed.ts";
import { seconds } from "./call.ts";

/* An incident as Flashduty shows it. Source: the vendor's OpenAPI. */

export const severityOf = { HIGH: "Critical", MEDIUM: "Warning", LOW: "Info" } as const;
export const urgencyOf: Record<string, SandboxIncident["urgency"] | undefined> = {
  Critical: "HIGH",
  Warning: "MEDIUM",
  Info: "LOW",
};
export const accountId = 3_100_000_000_001;
export const integrationId = 8_100_000_000_002;

/** Whether it is asleep at a moment of Unix seconds. */
export const snoozedAt = (one: SandboxIncident, now: number): boolean => (one.snoozedUntil ?? 0) / 1000 > now;

/** A snooze that has run out makes it `Triggered` again. */
export function progressOf(one: SandboxIncident, now: number): "Triggered" | "Processing" | "Closed" {
  if (one.status === "RESOLVED") return "Closed";
  const ranOut = one.snoozedUntil !== null && !snoozedAt(one, now);
  return one.status === "ACKNOWLEDGED" && !ranOut ? "Processing" : "Triggered";
}

/** Who was assigned, and who has acknowledged without. */
export function respondersOf({ assignees, acks }: SandboxIncident): string[] {
  return [...new Set([...assignees, ...acks.map(({ person }) => person)])];
}

export function teamOfService(id: string): number | undefined {
  const service = findService("flashduty", id);
  return service === undefined ? undefined : teams[service.team].flashduty;
}

export function toWire(one: SandboxIncident, now: number): object {
  const service = findService("flashduty", one.service);
  const responders = respondersOf(one).flatMap((id) => {
    const person = findPerson("flashduty", id);
    const ack = one.acks.find((entry) => entry.person === id);
    if (person === undefined) return [];
    const { flashduty: person_id, name: person_name, email } = person;
    const times = { assigned_at: seconds(one.createdAt), acknowledged_at: seconds(ack?.at ?? null) };
    return [{ person_id, person_name, email, as: "member", ...times }];
  });
  const creator = findPerson("flashduty", one.creator);
  return {
    incident_id: one.id,
    num: one.number,
    title: one.title,
    description: one.description ?? "",
    impact: one.texts?.impact ?? "",
    root_cause: one.texts?.root_cause ?? "",
    resolution: one.texts?.resolution ?? "",
    incident_severity: severityOf[one.urgency],
    incident_status: severityOf[one.urgency],
    progress: progressOf(one, now),
    start_time: seconds(one.createdAt),
    last_time: seconds(one.updatedAt),
    end_time: seconds(one.resolvedAt),
    ack_time: seconds(one.acknowledgedAt),
    close_time: one.status === "RESOLVED" ? seconds(one.resolvedAt) : 0,
    created_at: seconds(one.createdAt),
    updated_at: seconds(one.updatedAt),
    snoozed_before: snoozedAt(one, now) ? seconds(one.snoozedUntil) : 0,
    account_id: accountId,
    account_name: "Sandbox",
    account_locale: "en-US",
    account_time_zone: "UTC",
    channel_id: service?.flashduty ?? 0,
    channel_name: service?.name ?? "",
    channel_status: "enabled",
    creator_id: Number(one.creator ?? 0),
    creator: creator && { person_id: creator.flashduty, person_name: creator.name, email: creator.email, as: "member" },
    closer_id: 0,
    owner_id: 0,
    responders,
    assigned_to: assignment(one),
    labels: one.labels ?? {},
    fields: one.fields ?? {},
    images: [],
    ai_summary: "",
    integration_id: one.dedupKey === null ? 0 : integrationId,
    integration_ids: one.dedupKey === null ? [] : [integrationId],
    integration_types: one.dedupKey === null ? [] : ["standard"],
    equals_md5: "",
    silence_url: `https://console.sandbox.test/incident/silence/${one.id}`,
    post_mortem_id: "",
    manual_overrides: [],
    alert_cnt: one.dedupKey === null ? 0 : 1,
    active_alert_cnt: one.dedupKey === null || one.status === "RESOLVED" ? 0 : 1,
    alert_event_cnt: one.dedupKey === null ? 0 : (one.events?.length ?? 1),
    dedup_key: one.dedupKey ?? "",
    ever_muted: one.muted === true,
    group_method: "n",
    detail_url: `https://console.sandbox.test/incident/detail/${one.id}`,
  };
}

function assignment({ assignees, level }: SandboxIncident): object {
  if (assignees.length === 0) return {};
  if (!level) return { person_ids: assignees.map(Number), type: "assign" };
  const { rule, name, index } = level;
  return { escalate_rule_id: rule, escalate_rule_name: name, layer_idx: index, type: "escalate" };
}
