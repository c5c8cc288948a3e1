import type { Change } from "../model.ts";
import { findPerson, findService } from "../seed.ts";
import { type OutgoingWebhook, postWebhook, sign, type Webhook } from "../webhooks.ts";

/** The words of the reference. For other events nothing is sent. */
const events: Partial<Record<Change["word"], string>> = {
  triggered: "incident.triggered",
  reopened: "incident.triggered",
  acknowledged: "incident.acknowledged",
  resolved: "incident.resolved",
  assigned: "incident.assigned",
};

/** Sends one webhook once, in the body of the reference. When the receiver fails or refuses it, it is lost, with a warning. */
export function sendDocumentedWebhook(webhook: Webhook, change: Change, now: Date, warn: (line: string) => void): void {
  const event = events[change.word];
  if (event === undefined) return;
  void postWebhook(webhook.url, build(webhook, event, change, now), { timeoutMs: 2000, tries: 1, betweenMs: 0 }).then(
    (lost) => {
      if (lost !== null) warn(`the webhook ${event} is lost: ${webhook.url} ${lost.why}`);
    },
  );
}

function build({ secret, form }: Webhook, event: string, { incident }: Change, now: Date): OutgoingWebhook {
  const service = findService("opsknight", incident.service);
  const person = findPerson("opsknight", incident.assignees[0]);
  const body = JSON.stringify({
    event,
    timestamp: now.toISOString(),
    incident: {
      id: incident.id,
      title: incident.title,
      status: incident.status,
      urgency: incident.urgency,
      service: service === undefined ? null : { id: service.opsknight, name: service.name },
      assignee: person === undefined ? null : { id: person.opsknight, name: person.name },
    },
  });
  const timestamp = String(now.getTime());
  const headers = {
    raw: { "x-opsknight-signature": sign(secret, body) },
    timestamp: { "x-opsknight-timestamp": timestamp, "x-opsknight-signature": sign(secret, `${timestamp}.${body}`) },
    "status-page": { "x-webhook-event": event, "x-webhook-signature": sign(secret, body) },
  }[form ?? "raw"];
  return { event, headers, body };
}
