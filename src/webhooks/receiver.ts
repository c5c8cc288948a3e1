import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseJson } from "../model/json.ts";
import { asObject } from "../model/object.ts";
import type { WebhookIncident, Webhooks } from "../providers/webhooks.ts";
import type { Delivery, Received } from "./delivery.ts";
import { RecentIds } from "./recent-ids.ts";

export interface ReceiverOptions {
  /** The vendor's. */
  webhooks: Webhooks;
  secret: string;
  toleranceMs: number;
  /** Maximum size of one body, in bytes. */
  maxBody: number;
  /** Masks keys in what came. */
  maskReceived(text: string): string;
  now(): Date;
  /** Accepts a webhook; false if there is no room for it. */
  accept(received: Received): boolean;
  /** Called for each request that was not accepted, and for redeliveries. */
  onRefused(line: string): void;
  onRepeated(delivery: Delivery): void;
}

/** Maximum number of connections: each may hold a body of the maximum size. */
const maxConnections = 100;

/** How long the sender of a body that is too large may still read the response. */
const lingerMs = 1000;

/** Seconds after which it is worth trying again. */
const retryAfter = "5";

class BodyTooLarge extends Error {}

/** A server for webhooks: it responds with 202 once a webhook is accepted, before it is processed. */
export function createReceiver(options: ReceiverOptions): Server {
  const seen = new RecentIds();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, error: string, reason = error, headers: Record<string, string> = {}): void => {
      reply(response, status, { error }, headers);
      options.onRefused(`refused a request of ${incoming.socket.remoteAddress ?? "somebody"}: ${reason} (${status})`);
    };
    if (incoming.method !== "POST")
      return refuse(405, "webhooks are POST", undefined, { allow: "POST", ...hangUp(incoming) });
    let body: Buffer;
    try {
      body = await readBody(incoming, options.maxBody);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      return refuse(413, `the body is larger than ${options.maxBody} bytes`, undefined, hangUp(incoming));
    }
    const now = options.now();
    const request = { headers: incoming.headers as Record<string, string | undefined>, body };
    const { secret, toleranceMs, webhooks } = options;
    const verdict = webhooks.verify(request, { secret, toleranceMs, now });
    // The reason is printed here only; the sender does not get it.
    if (verdict.problem !== null) return refuse(401, "the signature is not valid", verdict.problem);
    const payload = asObject(parseJson(options.maskReceived(body.toString("utf8"))));
    if (payload === undefined) return refuse(400, "the body is not a JSON object");
    const { event, happenedAt, deliveryId } = webhooks.read(payload, request);
    const delivery: Delivery = {
      event,
      sentAt: (verdict.signedAt ?? happenedAt)?.toISOString() ?? null,
      receivedAt: now.toISOString(),
      form: verdict.form,
      incident: toIncident(webhooks.incidentOf(payload)),
      payload,
    };
    // The same body twice is a redelivery only if it holds a time: else the event may have happened again.
    const sameText =
      happenedAt !== null ? body : verdict.signedAt === null ? undefined : `${+verdict.signedAt}.${body}`;
    const identity = deliveryId ?? sameText;
    if (identity !== undefined && seen.has(identity, now)) {
      reply(response, 200, { status: "duplicate" });
      return options.onRepeated(delivery);
    }
    if (!options.accept({ delivery, request }))
      return refuse(503, "no room for more now", undefined, { "retry-after": retryAfter });
    // Recorded only once accepted: a refused webhook is sent again, and must count then.
    if (identity !== undefined) seen.add(identity, now);
    reply(response, 202, { status: "accepted" });
  }

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 },
    (incoming, response) => {
      // A sender that goes away in the middle has sent nothing.
      answer(incoming, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = maxConnections;
  return server;
}

function reply(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(`${JSON.stringify(body)}\n`);
}

/** Lets what is still coming run dry for a moment, so that the sender can read the response. */
function hangUp(incoming: IncomingMessage): { connection: string } {
  incoming.resume();
  setTimeout(() => incoming.destroy(), lingerMs).unref();
  return { connection: "close" };
}

/** @throws {BodyTooLarge} as soon as that is known */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toIncident({ id, title, url }: WebhookIncident): Delivery["incident"] {
  return id === undefined ? null : { id, title: title ?? null, url: url ?? null };
}
