import { asObject, defined } from "../../model/object.ts";
import type { WebhookContent, Webhooks } from "../webhooks.ts";
import { checkSignature } from "./webhook-signature.ts";

/** `{event, timestamp, incident: {id, title, …}}`. Source: the API reference; 1.3.1 sends the same. */
function read({ event, timestamp }: Readonly<Record<string, unknown>>): WebhookContent {
  const happenedAt = typeof timestamp === "string" ? new Date(timestamp) : undefined;
  return {
    event: typeof event === "string" ? event : null,
    happenedAt: happenedAt === undefined || Number.isNaN(happenedAt.getTime()) ? null : happenedAt,
  };
}

function incidentOf({ incident }: Readonly<Record<string, unknown>>): { id?: string; title?: string } {
  const { id, title } = asObject(incident) ?? {};
  return defined({ id: textOf(id), title: textOf(title) });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export const webhooks: Webhooks = { verify: checkSignature, read, incidentOf };
