import { createHmac } from "node:crypto";
import { request } from "node:http";
import { people, services } from "./seed.ts";
import type { SandboxIncident } from "./state.ts";

/** Where signed webhooks go, and which of OpsKnight's three signature forms they carry. */
export interface Webhook {
  /** On loopback only. */
  url: string;
  secret: string;
  form: "raw" | "timestamp" | "status-page";
}

/** Sends one webhook, as a vendor does: no answer is waited for, and a receiver that is away loses it. */
export function sendWebhook({ url, secret, form }: Webhook, event: string, incident: SandboxIncident, now: Date): void {
  const service = services.find(({ opsknight }) => opsknight === incident.service);
  const person = people.find(({ opsknight }) => opsknight === incident.assignee);
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
  const sign = (text: string): string => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  const timestamp = String(now.getTime());
  const headers = {
    raw: { "x-opsknight-signature": sign(body) },
    timestamp: { "x-opsknight-timestamp": timestamp, "x-opsknight-signature": sign(`${timestamp}.${body}`) },
    "status-page": { "x-webhook-event": event, "x-webhook-signature": sign(body) },
  }[form];
  const outgoing = request(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    timeout: 2000,
  });
  outgoing.on("error", () => {}).on("response", (response) => response.resume());
  outgoing.end(body);
}
