import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import { readPort } from "../../cli/arguments/port.ts";
import { parseSize } from "../../cli/arguments/size.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { isLoopback } from "../../model/loopback.ts";
import type { Printer } from "../../output/printer.ts";
import type { Shape } from "../../output/shape.ts";
import type { WebhookDescriptor } from "../../providers/descriptor.ts";
import type { Webhooks } from "../../providers/webhooks.ts";
import type { Delivery, Received } from "../../webhooks/delivery.ts";
import { webhookVendor } from "../../webhooks/vendor.ts";
import { addSignatureOptions, readSecret, type SignatureOptions } from "./secret.ts";

interface ListenOptions extends GlobalOptions, SignatureOptions {
  port: number;
  host: string;
  exec?: string;
  forward?: string;
  maxBody: number;
  concurrency: number;
}

/** For each that is worked on, so many wait. */
const waitingForEach = 16;

const shape: Shape<Delivery> = {
  columns: [
    { header: "RECEIVED AT", value: (row) => row.receivedAt },
    { header: "EVENT", value: (row) => row.event },
    { header: "PAYLOAD", value: (row) => JSON.stringify(row.payload), cut: 1 },
  ],
  fields: ["event", "sentAt", "receivedAt", "form", "payload"],
};

export function addWebhooksListen(parent: Command, ctx: Context): void {
  const command = parent
    .command("listen")
    .description("Receive OpsKnight's webhooks, check their signatures, and print them or run a command for each")
    .option("--port <port>", "to listen on; 0 takes any that is free", readPort, 4011)
    .option("--host <address>", "to listen on; other machines reach it only on one that is not loopback", "127.0.0.1");
  addSignatureOptions(command)
    .option(
      "--exec <command>",
      "run this by the shell for each, with its JSON on standard input, instead of printing it",
    )
    .option("--forward <url>", "send each on as it came; on loopback only")
    .option("--max-body <size>", "largest body that is taken", parseSize, 1024 * 1024)
    .option(
      "--concurrency <n>",
      "worked on at once, 1 to 64; those of one incident one after the other",
      readConcurrency,
      4,
    )
    .addHelpText(
      "after",
      `
A line of JSON for each: {"event", "sentAt", "receivedAt", "form", "payload"}, the payload being what OpsKnight sent. The
sender is answered at once: 202 taken, 200 a redelivery that is skipped, 401 bad signature, 413 too large, 503 no room (${waitingForEach}
wait for each that is worked on). Ctrl-C stops listening and finishes what was taken.

Examples:
  onduty webhooks listen --secret-env WEBHOOK_SECRET
  onduty webhooks listen --secret-env WEBHOOK_SECRET --fields event,payload.incident.title
  onduty webhooks listen --port 8080 --secret-env WEBHOOK_SECRET --exec './page-me.sh'
  onduty webhooks listen --secret-env WEBHOOK_SECRET --forward http://localhost:3000/hooks

To try it, in another terminal: onduty sandbox --add-profiles --webhook-url http://localhost:4011
It says which secret its webhooks are signed with.

Exit codes: 0 nobody reads the output any more, 2 usage, 130 stopped with Ctrl-C
`,
    )
    .action((_, self: Command) => listen(ctx, self.optsWithGlobals<ListenOptions>()));
  for (const option of command.options) if (option.long === "--max-body") option.default(1024 * 1024, "1mb");
  declareTraits(command, { prints: shape });
}

function readConcurrency(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 64)
    throw new InvalidArgumentError("Expected a number from 1 to 64.");
  return number;
}

async function listen(ctx: Context, options: ListenOptions): Promise<void> {
  const printer = ctx.printer(withDefaultFormat(ctx, options));
  printer.check(shape);
  const secret = readSecret(ctx, options.secretEnv);
  if (options.forward !== undefined) checkForward(options.forward);
  const vendor = await webhookVendor(ctx, options);
  const [webhooks, { createReceiver }, { WorkQueue }, { createOutlet }] = await Promise.all([
    vendor.webhooks.load(),
    import("../../webhooks/receiver.ts"),
    import("../../webhooks/queue.ts"),
    import("../../webhooks/forwarder.ts"),
  ]);
  const outlet = options.exec === undefined ? createOutlet(printer, shape, toLine(webhooks)) : undefined;
  const queue = new WorkQueue<Received>({
    concurrency: options.concurrency,
    maxWaiting: options.concurrency * waitingForEach,
    keyOf: ({ delivery }) => webhooks.incidentOf(delivery.payload).id,
    work: (received) => handle(ctx, printer, options, received, { print: outlet?.write, vendor: vendor.webhooks }),
  });
  const server = createReceiver({
    webhooks,
    secret,
    toleranceMs: options.tolerance,
    maxBody: options.maxBody,
    now: () => ctx.now(),
    accept: (received) => !ctx.signal.aborted && queue.offer(received),
    onRefused: (line) => void printer.warn(line),
    onRepeated: ({ event }) => void printer.notice(`skipped a redelivery of ${event ?? "a webhook"}`),
  });
  await open(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  if (!isLoopback(options.host))
    await printer.warn(
      `warning: ${options.host} may be reached by other machines, and what they send is not encrypted`,
    );
  await printer.notice(`listening on http://${host}:${port} until Ctrl-C`);
  const stopped = ctx.signal.aborted ? Promise.resolve() : once(ctx.signal, "abort");
  try {
    await Promise.race([stopped, ...(outlet === undefined ? [] : [outlet.closed])]);
    const closed = once(server, "close");
    server.close();
    if (queue.size > 0) await printer.notice(`finishing ${queue.size} more; Ctrl-C again stops at once`);
    await queue.idle();
    await outlet?.end();
    // Answers that are on their way may still arrive.
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 300).unref())]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  if (ctx.signal.aborted) ctx.exitCode = ctx.signal.reason === "SIGTERM" ? ExitCode.terminated : ExitCode.interrupted;
}

/** What comes without end is told line by line, unless another format was asked for. */
function withDefaultFormat({ env }: Context, options: ListenOptions): GlobalOptions {
  if (options.json === true || options.output !== undefined || options.jq !== undefined || env.ONDUTY_OUTPUT)
    return options;
  return { ...options, output: "ndjson" };
}

/** @throws {CliError} `usage` when it leads off this machine */
function checkForward(url: string): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  if (protocol !== "http:" || !isLoopback(hostname))
    throw usageError("--forward takes an http:// address on this machine", "--forward http://localhost:3000/hooks");
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

/** Does with one webhook what was asked for; what goes wrong is told and stops nothing. */
async function handle(
  ctx: Context,
  printer: Printer,
  options: ListenOptions,
  { delivery, request }: Received,
  { print, vendor }: { print: ((delivery: Delivery) => Promise<void>) | undefined; vendor: WebhookDescriptor },
): Promise<void> {
  const { execute, forward } = await import("../../webhooks/delivery.ts");
  const name = delivery.event ?? "a webhook";
  await print?.(delivery);
  if (options.exec !== undefined) {
    const problem = await execute(ctx, options.exec, delivery, { without: options.secretEnv });
    if (problem !== null) await printer.warn(`--exec for ${name}: ${problem}`);
  }
  if (options.forward !== undefined) {
    const problem = await forward(options.forward, request, vendor);
    if (problem !== null) await printer.warn(`could not forward ${name}: ${problem}`);
  }
}

/** At a terminal, where a table was asked for. */
function toLine({ incidentOf }: Webhooks): (delivery: Delivery) => string {
  return ({ event, receivedAt, payload }) => {
    const { id, title } = incidentOf(payload);
    return [receivedAt, event ?? "-", id, title].filter((text) => text !== undefined).join("  ");
  };
}
