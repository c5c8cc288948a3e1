import { createHmac } from "node:crypto";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { webhookSecret } from "./seed.ts";

const forms = ["raw", "timestamp", "status-page"] as const;

/** The receiver of signed webhooks, and which of OpsKnight's signature forms they carry. */
export interface Webhook {
  /** On loopback only. */
  url: string;
  secret: string;
  /** Default: that of the dialect. */
  form: (typeof forms)[number] | undefined;
}

/** Reads the options of the control route or the command. Undefined when one is missing, or the URL leaves this machine. */
export function readWebhook({ url, secret = webhookSecret, form }: Record<string, unknown>): Webhook | undefined {
  const known = forms.find((name) => name === form);
  if (typeof url !== "string" || typeof secret !== "string" || secret === "") return undefined;
  if ((form !== undefined && known === undefined) || !URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const local = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
  return protocol === "http:" && local ? { url, secret, form: known } : undefined;
}

/** The signature of a text, as all forms write it. */
export function sign(secret: string, text: string): string {
  return `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
}

/** One webhook, ready to send. */
export interface OutgoingWebhook {
  /** For warnings. */
  event: string;
  headers: Record<string, string>;
  body: string;
}

export interface PostPolicy {
  timeoutMs: number;
  /** How often it is sent in all, when there is no response, on a 429 or a 5xx. */
  tries: number;
  /** Milliseconds between two tries. */
  betweenMs: number;
}

/** Why a webhook was lost. */
export interface LostWebhook {
  why: string;
  /** The receiver failed, instead of refusing it. */
  failed: boolean;
}

/** Sends a webhook, the same bytes at each try. Returns how it is lost, or null. */
export async function postWebhook(
  url: string,
  webhook: OutgoingWebhook,
  policy: PostPolicy,
): Promise<LostWebhook | null> {
  for (let left = policy.tries; ; left -= 1) {
    const lost = await post(url, webhook, policy.timeoutMs);
    if (lost === null || !lost.failed || left <= 1) return lost;
    await delay(policy.betweenMs, undefined, { ref: false });
  }
}

function post(url: string, { headers, body }: OutgoingWebhook, timeoutMs: number): Promise<LostWebhook | null> {
  return new Promise((resolve) => {
    const outgoing = request(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers, "content-length": Buffer.byteLength(body) },
      timeout: timeoutMs,
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`within ${timeoutMs / 1000} s`)));
    outgoing.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      resolve({ why: `did not respond (${code ?? message})`, failed: true }),
    );
    outgoing.on("response", (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      const failed = statusCode === 429 || statusCode >= 500;
      resolve(statusCode < 300 ? null : { why: `answered ${statusCode}`, failed });
    });
    outgoing.end(body);
  });
}
