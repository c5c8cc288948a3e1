import { createHmac, timingSafeEqual } from "node:crypto";
import { asObject, defined } from "../../model/object.ts";
import type {
  SignatureOptions,
  SignatureVerdict,
  SignedRequest,
  WebhookContent,
  WebhookIncident,
  Webhooks,
} from "../webhooks.ts";

type Payload = Readonly<Record<string, unknown>>;

const header = "X-PagerDuty-Signature";

/**
 * Webhooks of version 3: `v1=` and the HMAC-SHA256 of the body, one for each secret that is valid during a rotation, with commas between.
 * No time is signed. Source: the vendor's documentation, and its clients.
 */
function verify({ headers, body }: SignedRequest, { secret }: SignatureOptions): SignatureVerdict {
  const given = headers[header.toLowerCase()];
  const verdict = { form: given === undefined ? null : "v1", signedAt: null };
  if (given === undefined) return { ...verdict, problem: `no signature: no ${header}` };
  const signatures = given.split(",").flatMap((part) => /^v1=([0-9a-f]{64})$/i.exec(part.trim())?.[1] ?? []);
  if (signatures.length === 0)
    return { ...verdict, problem: `${header} is not of the form v1= and 64 hexadecimal digits` };
  const digest = createHmac("sha256", secret).update(body).digest();
  const isSame = signatures.filter((hex) => timingSafeEqual(digest, Buffer.from(hex, "hex"))).length > 0;
  const problem = "the signature does not match: the secret is another one, or the body is not the one signed";
  return { ...verdict, problem: isSame ? null : problem };
}

/** `{event: {id, event_type, occurred_at, data}}`. The id is signed, unlike that of the header. */
function read({ event }: Payload, { headers }: SignedRequest): WebhookContent {
  const { id, event_type: type, occurred_at: at } = asObject(event) ?? {};
  const time = typeof at === "string" ? new Date(at) : undefined;
  const deliveryId = textOf(id) ?? headers["x-webhook-id"];
  return {
    event: textOf(type) ?? null,
    happenedAt: time === undefined || Number.isNaN(time.getTime()) ? null : time,
    ...(deliveryId !== undefined && { deliveryId }),
  };
}

/** The data of an incident's own event, else the incident that the data is of, such as that of a note. */
function incidentOf({ event }: Payload): WebhookIncident {
  const data = asObject(asObject(event)?.data) ?? {};
  const isIncident = data.type === "incident" || data.type === "incident_reference";
  const { id, title, summary, html_url: url } = (isIncident ? data : asObject(data.incident)) ?? {};
  return defined({ id: textOf(id), title: textOf(title) ?? textOf(summary), url: textOf(url) });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export const webhooks: Webhooks = { verify, read, incidentOf };
