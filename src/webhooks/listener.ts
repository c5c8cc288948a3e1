import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Channel } from "../concurrency/channel.ts";
import { WorkQueue } from "../concurrency/work-queue.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { isLoopback } from "../model/loopback.ts";
import type { Printer } from "../output/printer.ts";
import type { WebhookDescriptor } from "../providers/descriptor.ts";
import type { Webhooks } from "../providers/webhooks.ts";
import { type Delivery, deliveryShape, lineOf, type Received } from "./delivery.ts";
import { execute } from "./execute.ts";
import { forward } from "./forward.ts";
import { createReceiver } from "./receiver.ts";
import type { WebhookVendor } from "./vendor.ts";

export interface ListenTools {
  ctx: Context;
  printer: Printer;
  vendor: WebhookVendor;
}

export interface ListenOptions {
  host: string;
  /** 0 for any that is free. */
  port: number;
  secret: string;
  /** The environment variable that holds the secret, which is kept from commands. */
  secretEnv: string;
  toleranceMs: number;
  /** Maximum size of one body, in bytes. */
  maxBody: number;
  /** Maximum number of webhooks in progress. */
  concurrency: number;
  /** Maximum number of webhooks that wait. */
  maxWaiting: number;
  /** Run by the shell for each, instead of printing it. */
  exec?: string | undefined;
  /** Each is sent on to this address. */
  forward?: string | undefined;
}

/** How long responses that are on their way may still take at the end. */
const lingerMs = 300;

/**
 * Receives webhooks until it is interrupted, or until the reader of the output closes; then finishes what it has accepted.
 *
 * @throws {CliError} `usage` when it cannot listen there
 */
export async function listen(tools: ListenTools, options: ListenOptions): Promise<void> {
  const { ctx, printer, vendor } = tools;
  const webhooks = await vendor.webhooks.load();
  const rows = options.exec === undefined ? new Channel<Delivery>() : undefined;
  // Ends when the rows end, or when the reader closes.
  const printed = rows && print(printer, rows);
  const queue = new WorkQueue<Received>({
    concurrency: options.concurrency,
    maxWaiting: options.maxWaiting,
    keyOf: ({ delivery }) => delivery.incident?.id,
    async work(received) {
      await rows?.send(received.delivery);
      await handOver(tools, options, received);
    },
  });
  const server = receive(tools, options, webhooks, queue);
  await open(server, options);
  await announce(printer, server, options.host, vendor.webhooks);
  const stopped = ctx.signal.aborted ? Promise.resolve() : once(ctx.signal, "abort");
  try {
    await Promise.race([stopped, ...(printed === undefined ? [] : [printed])]);
    await finish(printer, server, queue, async () => {
      rows?.end();
      await printed;
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Prints the rows as they come, in any format. */
async function print(printer: Printer, rows: Channel<Delivery>): Promise<void> {
  try {
    await printer.stream(rows.pages(), deliveryShape, lineOf);
  } finally {
    rows.close();
  }
}

function receive(
  { ctx, printer }: ListenTools,
  { secret, toleranceMs, maxBody }: ListenOptions,
  webhooks: Webhooks,
  queue: WorkQueue<Received>,
): Server {
  return createReceiver({
    webhooks,
    secret,
    toleranceMs,
    maxBody,
    maskReceived: (text) => ctx.maskReceived(text),
    now: () => ctx.now(),
    accept: (received) => !ctx.signal.aborted && queue.offer(received),
    onRefused: (line) => void printer.warn(line),
    onRepeated: ({ event }) => void printer.notice(`skipped a redelivery of ${event ?? "a webhook"}`),
  });
}

async function open(server: Server, { port, host }: ListenOptions): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (/^(ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)$/.test(code ?? ""))
      throw usageError(
        `"${host}" is no address of this machine`,
        "--host 127.0.0.1, or --host 0.0.0.0 for all of them",
      );
    throw usageError(
      code === "EADDRINUSE" ? `port ${port} is taken` : `cannot listen on port ${port} of ${host}: ${code}`,
      "onduty webhooks listen --port 0",
    );
  }
}

async function announce(
  printer: Printer,
  server: Server,
  host: string,
  { silentAbout }: WebhookDescriptor,
): Promise<void> {
  const { port } = server.address() as AddressInfo;
  if (!isLoopback(host))
    await printer.warn(`warning: ${host} may be reached by other machines, and what they send is not encrypted`);
  await printer.notice(`listening on http://${host.includes(":") ? `[${host}]` : host}:${port} until Ctrl-C`);
  if (silentAbout !== undefined) await printer.notice(silentAbout);
}

/** Stops accepting, and finishes what was accepted. */
async function finish(
  printer: Printer,
  server: Server,
  queue: WorkQueue<Received>,
  endOutput: () => Promise<void>,
): Promise<void> {
  const closed = once(server, "close");
  server.close();
  if (queue.size > 0) await printer.notice(`finishing ${queue.size} more; Ctrl-C again stops at once`);
  await queue.idle();
  await endOutput();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, lingerMs).unref())]);
}

/** Gives one webhook to the command and to the other server; what goes wrong is printed and stops nothing. */
async function handOver(
  { ctx, printer, vendor }: ListenTools,
  { exec, forward: url, secretEnv }: ListenOptions,
  { delivery, request }: Received,
): Promise<void> {
  const name = delivery.event ?? "a webhook";
  if (exec !== undefined) {
    const problem = await execute(ctx, exec, delivery, { without: secretEnv });
    if (problem !== null) await printer.warn(`--exec for ${name}: ${problem}`);
  }
  if (url !== undefined) {
    const problem = await forward(url, request, vendor.webhooks);
    if (problem !== null) await printer.warn(`could not forward ${name}: ${problem}`);
  }
}
