import type { Context } from "../context.ts";
import type { WebhookDescriptor } from "../providers/descriptor.ts";
import type { SignedRequest } from "../providers/webhooks.ts";

/** A webhook that was received, its signature good, as JSON prints it. */
export interface Delivery {
  /** Such as `incident.triggered`; null when the body does not say. */
  event: string | null;
  /** When the vendor signed it, or else when it says it happened; ISO 8601 UTC. */
  sentAt: string | null;
  receivedAt: string;
  form: string | null;
  /** The body as the vendor sent it. */
  payload: Record<string, unknown>;
}

/** What `Delivery` was made from. */
export interface Received {
  delivery: Delivery;
  request: SignedRequest;
}

/** Headers that a receiver needs to check and read it, in lower case. */
function forwardedHeaders({ signature, timestamp, otherSignatures = [], unsigned = [] }: WebhookDescriptor): string[] {
  const own = [
    signature.header,
    ...(timestamp === undefined ? [] : [timestamp.header]),
    ...otherSignatures,
    ...unsigned,
  ];
  return ["content-type", "user-agent", ...own.map((name) => name.toLowerCase())];
}

const forwardMs = 10_000;

/** Sends it on as it came, byte for byte. Gives what went wrong, or null. */
export async function forward(
  url: string,
  { body, headers }: SignedRequest,
  vendor: WebhookDescriptor,
): Promise<string | null> {
  const { request } = await import("node:http");
  const sent: Record<string, string | number> = { "content-length": body.length };
  for (const name of forwardedHeaders(vendor)) if (headers[name] !== undefined) sent[name] = headers[name];
  return new Promise((resolve) => {
    const outgoing = request(url, { method: "POST", headers: sent, signal: AbortSignal.timeout(forwardMs) });
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.name === "TimeoutError" || error.name === "AbortError"
          ? "no answer in time"
          : (error.code ?? error.message),
      ),
    );
    outgoing.on("response", (response) => {
      response.on("error", () => {});
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status < 300 ? null : `it answered ${status}`);
    });
    outgoing.end(body);
  });
}

/**
 * Runs a command by the shell with a webhook as JSON on its standard input; what it prints is printed. `without` is kept from
 * its environment. Gives what went wrong, or null.
 */
export async function execute(
  ctx: Context,
  command: string,
  delivery: Delivery,
  { without }: { without: string },
): Promise<string | null> {
  const { spawn } = await import("node:child_process");
  const { [without]: _, ...env } = ctx.env;
  return new Promise((resolve) => {
    // In a group of its own: Ctrl-C at the terminal is for us, and what was accepted is finished.
    const child = spawn(command, { shell: true, env, stdio: "pipe", detached: process.platform !== "win32" });
    for (const [from, to] of [
      [child.stdout, ctx.streams.out],
      [child.stderr, ctx.streams.err],
    ] as const) {
      from.on("data", (chunk: Buffer) => {
        from.pause();
        void to.writeBytes(chunk).finally(() => from.resume());
      });
    }
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `killed by ${signal}`),
    );
    // A command that reads nothing is no mistake.
    child.stdin.on("error", () => {});
    child.stdin.end(`${JSON.stringify(delivery)}\n`);
  });
}
