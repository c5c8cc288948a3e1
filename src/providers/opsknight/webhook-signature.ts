import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignatureOptions, SignatureVerdict, SignedRequest } from "../webhooks.ts";

/**
 * Forms of the signature. Source: the reference documents `raw` (`X-OpsKnight-Signature` over the body); server
 * 1.3.1 sends `timestamp` (the same header over `<X-OpsKnight-Timestamp>.<body>`), and for status pages `status-page`
 * (`X-Webhook-Signature` over the body).
 */
export type WebhookForm = "raw" | "timestamp" | "status-page";

/** Whether a request was signed with this secret, in any of the vendor's forms. Compares in constant time. */
export function checkSignature(
  { headers, body }: SignedRequest,
  options: SignatureOptions,
): SignatureVerdict & { form: WebhookForm | null } {
  const { "x-opsknight-signature": own, "x-webhook-signature": statusPage, "x-opsknight-timestamp": stamp } = headers;
  if (own === undefined && statusPage === undefined) {
    const problem = "no signature: neither X-OpsKnight-Signature nor X-Webhook-Signature";
    return { problem, form: null, signedAt: null };
  }
  if (own === undefined) {
    const problem = compare("X-Webhook-Signature", statusPage ?? "", options.secret, body);
    return { problem, form: "status-page", signedAt: null };
  }
  if (stamp === undefined) {
    return { problem: compare("X-OpsKnight-Signature", own, options.secret, body), form: "raw", signedAt: null };
  }
  const signedAt = /^\d{12,14}$/.test(stamp) ? new Date(Number(stamp)) : null;
  const problem =
    signedAt === null
      ? "X-OpsKnight-Timestamp is not a time in milliseconds since 1970"
      : (compare("X-OpsKnight-Signature", own, options.secret, body, `${stamp}.`) ?? judgeAge(signedAt, options));
  return { problem, form: "timestamp", signedAt };
}

/** Null when `signature` is that of `before` and the body. */
function compare(header: string, signature: string, secret: string, body: Uint8Array, before = ""): string | null {
  const [, hex] = /^sha256=([0-9a-f]{64})$/i.exec(signature.trim()) ?? [];
  if (hex === undefined) return `${header} is not of the form sha256= and 64 hexadecimal digits`;
  const digest = createHmac("sha256", secret).update(before).update(body).digest();
  const same = timingSafeEqual(digest, Buffer.from(hex, "hex"));
  return same ? null : "the signature does not match: the secret is another one, or the body is not the one signed";
}

function judgeAge(signedAt: Date, { toleranceMs, now }: SignatureOptions): string | null {
  const ageMs = now.getTime() - signedAt.getTime();
  if (toleranceMs === 0 || Math.abs(ageMs) <= toleranceMs) return null;
  const far = `${seconds(Math.abs(ageMs))} ${ageMs > 0 ? "ago" : "in the future"}`;
  return `it was signed ${far}, and ${seconds(toleranceMs)} are tolerated`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
