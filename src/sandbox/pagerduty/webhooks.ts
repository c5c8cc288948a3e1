import { createHmac, randomUUID } from "node:crypto";
import type { Change } from "../model.ts";
import { findPerson, findService } from "../seed.ts";
import { postWebhook, type Webhook } from "../webhooks.ts";
import { iso } from "./call.ts";
import { reference } from "./policies.ts";
import { statusOf, urgencyOf, userWire } from "./wire.ts";

/* Webhooks of version 3. Source: the vendor's documentation. */

const events: Partial<Record<Change["word"], string>> = {
  triggered: "incident.triggered",
  acknowledged: "incident.acknowledged",
  resolved: "incident.resolved",
  reopened: "incident.reopened",
  assigned: "incident.reassigned",
};

/** Sends one webhook; sent again after a failure of the receiver, as the vendor does. When it is lost, that is a warning. */
export function sendWebhook(webhook: Webhook, change: Change, now: Date, warn: (line: string) => void): void {
  const type = events[change.word];
  if (type === undefined) return;
  const body = JSON.stringify({ event: eventOf(type, change, now) });
  const signature = createHmac("sha256", webhook.secret).update(body).digest("hex");
  const headers = { "x-pagerduty-signature": `v1=${signature}`, "x-webhook-id": randomUUID() };
  const policy = { timeoutMs: 5000, tries: 3, betweenMs: 1000 };
  void postWebhook(webhook.url, { event: type, headers, body }, policy).then((lost) => {
    if (lost !== null) warn(`the webhook ${type} is lost: ${webhook.url} ${lost.why}`);
  });
}

/** Its incident has another shape than that of the REST API. */
function eventOf(type: string, { incident }: Change, now: Date): object {
  const service = findService("pagerduty", incident.service);
  const person = findPerson("pagerduty", incident.acks.at(-1)?.person);
  return {
    id: randomUUID(),
    event_type: type,
    resource_type: "incident",
    occurred_at: now.toISOString(),
    agent: person === undefined ? null : userWire(person.pagerduty, false),
    client: null,
    data: {
      id: incident.id,
      type: "incident",
      html_url: `https://sandbox.pagerduty.com/incidents/${incident.id}`,
      number: incident.sequence,
      status: statusOf(incident, now.getTime()),
      title: incident.title,
      urgency: urgencyOf(incident),
      created_at: iso(incident.createdAt),
      service: service === undefined ? null : reference("service", service.pagerduty, service.name),
      assignees: incident.assignees.flatMap((id) => userWire(id, false) ?? []),
      incident_key: incident.dedupKey,
    },
  };
}
