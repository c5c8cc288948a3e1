import type { Change } from "../model.ts";
import { objectOf } from "../reply.ts";
import { findPerson, findService } from "../seed.ts";
import { type OutgoingWebhook, postWebhook, sign, type Webhook } from "../webhooks.ts";
import { firstAsked } from "./escalation.ts";
import { toWire } from "./events.ts";

/*
 * Webhooks as server 1.3.1 sends them, in two bodies: of a service, and of a status page. Source: recorded from a running server;
 * tries and times of waiting from its code.
 */

const serviceTypes: Partial<Record<Change["word"], string>> = {
  triggered: "triggered",
  acknowledged: "acknowledged",
  resolved: "resolved",
};

const statusPageEvents: Partial<Record<Change["word"], string>> = {
  triggered: "incident.created",
  acknowledged: "incident.acknowledged",
  resolved: "incident.resolved",
  snoozed: "incident.snoozed",
  suppressed: "incident.suppressed",
};

/** How long nothing is sent to a host that failed. */
const pauseMs = 60_000;

/** A sender with a memory of hosts that failed. */
export function createWebhookSender(now: () => Date) {
  const pausedUntil = new Map<string, number>();
  return async (webhook: Webhook, change: Change, warn: (line: string) => void): Promise<void> => {
    const made = webhook.form === "status-page" ? statusPage(webhook, change, now()) : service(webhook, change, now());
    if (made === undefined) return;
    const { hostname } = new URL(webhook.url);
    const report = (why: string): void => warn(`the webhook ${made.event} is lost: ${webhook.url} ${why}`);
    if ((pausedUntil.get(hostname) ?? 0) > now().getTime()) return report("failed less than a minute ago");
    const lost = await postWebhook(webhook.url, made, { timeoutMs: 10_000, tries: 3, betweenMs: 100 });
    if (lost === null) return;
    report(lost.why);
    if (lost.failed) pausedUntil.set(hostname, now().getTime() + pauseMs);
  };
}

/** An acknowledgment or a resolve by event sends none, nor does the trigger of a service without an escalation. */
function service({ secret }: Webhook, { incident, word, byEvent }: Change, now: Date): OutgoingWebhook | undefined {
  if (byEvent || (word === "triggered" && firstAsked(incident.service) === undefined)) return undefined;
  const type = serviceTypes[word] ?? "updated";
  const { id, title, description, status, urgency } = incident;
  const at = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
  const body = JSON.stringify({
    event: { type, timestamp: now.toISOString() },
    incident: {
      ...{ id, title, description, status, urgency },
      url: `http://opsknight.example.com/incidents/${id}`,
      ...people(incident),
      timestamps: {
        created: at(incident.createdAt),
        acknowledged: at(incident.acknowledgedAt),
        resolved: at(incident.resolvedAt),
      },
    },
  });
  const timestamp = String(now.getTime());
  const headers = {
    "user-agent": "OpsKnight/1.0",
    "x-opsknight-signature": sign(secret, `${timestamp}.${body}`),
    "x-opsknight-timestamp": timestamp,
  };
  return { event: `incident.${type}`, headers, body };
}

/** An acknowledgment by event sends none; a resolve does. */
function statusPage({ secret }: Webhook, { incident, word, byEvent }: Change, now: Date): OutgoingWebhook | undefined {
  if (byEvent && word === "acknowledged") return undefined;
  const event = statusPageEvents[word] ?? "incident.updated";
  const wire = objectOf(toWire(incident));
  const { id, title, description, status, urgency, priority, createdAt, acknowledgedAt, resolvedAt } = wire;
  const data = { ...{ id, title, description, status, urgency, priority }, ...people(incident), createdAt };
  const times = word === "triggered" ? {} : { acknowledgedAt, resolvedAt };
  const body = JSON.stringify({ event, timestamp: now.toISOString(), data: { ...data, ...times } });
  const headers = {
    "x-webhook-signature": sign(secret, body),
    "x-webhook-event": event,
    "user-agent": "OpsKnight-StatusPage/1.0",
  };
  return { event, headers, body };
}

function people({ service, assignees }: Change["incident"]): object {
  const found = findService("opsknight", service);
  const person = findPerson("opsknight", assignees[0]);
  return {
    service: found === undefined ? null : { id: found.opsknight, name: found.name },
    assignee: person === undefined ? null : { id: person.opsknight, name: person.name, email: person.email },
  };
}
