import { asObject, defined } from "../../model/object.ts";
import type { WebhookContent, WebhookIncident, Webhooks } from "../webhooks.ts";
import { checkSignature } from "./webhook-signature.ts";

type Payload = Readonly<Record<string, unknown>>;

/**
 * Three bodies. `{event: {type, timestamp}, incident}` of a service and `{event, timestamp, data}` of a status page; source: recorded
 * from server 1.3.1. `{event, timestamp, incident}`; source: the API reference.
 */
function read({ event, timestamp }: Payload): WebhookContent {
  const { type, timestamp: at = timestamp } = asObject(event) ?? { type: undefined };
  const name = typeof type === "string" ? `incident.${type}` : event;
  const happenedAt = typeof at === "string" ? new Date(at) : undefined;
  return {
    event: typeof name === "string" ? name : null,
    happenedAt: happenedAt === undefined || Number.isNaN(happenedAt.getTime()) ? null : happenedAt,
  };
}

/** Only a service's body has the address. */
function incidentOf({ incident, data }: Payload): WebhookIncident {
  const { id, title, url } = asObject(incident) ?? asObject(data) ?? {};
  return defined({ id: textOf(id), title: textOf(title), url: textOf(url) });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export const webhooks: Webhooks = { verify: checkSignature, read, incidentOf };
