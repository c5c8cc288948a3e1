import { createHmac } from "node:crypto";
import { request } from "node:http";
import type { ChangeWord, SandboxIncident } from "./model.ts";
import { findPerson, findService, webhookSecret } from "./seed.ts";

const forms = ["raw", "timestamp", "status-page"] as const;

/** The receiver of signed webhooks, and which of OpsKnight's three signature forms they carry. */
export interface Webhook {
  /** On loopback only. */
  url: string;
  secret: string;
  form: (typeof forms)[number];
}

/** Reads the options of the control route or the command. Undefined when one is missing, or the URL leaves this machine. */
export function readWebhook({
  url,
  secret = webhookSecret,
  form = "raw",
}: Record<string, unknown>): Webhook | undefined {
  const known = forms.find((name) => name === form);
  if (typeof url !== "string" || typeof secret !== "string" || secret === "" || known === undefined) return undefined;
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const local = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
  return protocol === "http:" && local ? { url, secret, form: known } : undefined;
}

/** Sends one webhook once, as a vendor does. When the receiver fails or refuses it, the webhook is lost, with a warning. */
export function sendWebhook(
  { url, secret, form }: Webhook,
  word: ChangeWord,
  incident: SandboxIncident,
  now: Date,
  warn: (line: string) => void,
): void {
  const event = `incident.${word}`;
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
  const sign = (text: string): string => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  const timestamp = String(now.getTime());
  const headers = {
    raw: { "x-opsknight-signature": sign(body) },
    timestamp: { "x-opsknight-timestamp": timestamp, "x-opsknight-signature": sign(`${timestamp}.${body}`) },
    "status-page": { "x-webhook-event": event, "x-webhook-signature": sign(body) },
  }[form];
  const outgoing = request(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    timeout: 2000,
  });
  const lost = (why: string): void => warn(`the webhook ${event} is lost: ${url} ${why}`);
  outgoing.on("timeout", () => outgoing.destroy(new Error("within 2 s")));
  outgoing.on("error", ({ code, message }: NodeJS.ErrnoException) => lost(`did not respond (${code ?? message})`));
  outgoing.on("response", (response) => {
    response.resume();
    const { statusCode = 0 } = response;
    if (statusCode >= 300) lost(`answered ${statusCode}`);
  });
  outgoing.end(body);
}
