import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { usageError } from "../errors.ts";
import { type Chaos, type ChaosKind, draw } from "./chaos.ts";
import { type Asked, answerControl, type Controls } from "./control.ts";
import { createLimiter } from "./limits.ts";
import type { Reply, SandboxRequest } from "./reply.ts";
import { type SandboxKeys, sandboxKeys } from "./seed.ts";
import { createStore } from "./state.ts";
import type { SandboxProfile, SandboxTools, VendorServer } from "./vendor.ts";
import { type SandboxVendorName, sandboxVendors } from "./vendors.ts";
import type { Webhook } from "./webhooks.ts";

export interface SandboxOptions {
  /** 0 for any that is free. */
  port: number;
  dialect: SandboxTools["dialect"];
  chaos?: Chaos;
  dataFile?: string;
  now?: () => Date;
  /** Between 0 and 1; decides what chaos does to a request. */
  random?: () => number;
  /** Whether too many requests are refused; default true. */
  rateLimits?: boolean;
  /** Receiver of OpsKnight's webhooks. */
  webhook?: Webhook;
  /** Called for each request, without its query. */
  log?: (line: string) => void;
  /** Called for each problem; default `log`. */
  warn?: (line: string) => void;
}

/** A vendor that is served. */
export interface ServedVendor {
  name: SandboxVendorName;
  baseUrl: string;
  keys: Readonly<Record<string, string>>;
  /** For a profile that leads to it. */
  profile: SandboxProfile;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`, without a vendor. */
  url: string;
  port: number;
  vendors: readonly ServedVendor[];
  /** Base URL of each vendor. */
  urls: Record<SandboxVendorName, string>;
  keys: SandboxKeys;
  /** The last requests that the vendors were sent, the oldest first. */
  requests: readonly Asked[];
  /** Resolves once everything is on disk and no connection is open. */
  close(): Promise<void>;
}

const maxBody = 16 * 1024 * 1024;
const remembered = 10_000;

/**
 * A server on loopback that speaks the API of every vendor.
 *
 * @throws {CliError} `usage` when the port is taken, or the data file is not ours or cannot be written
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dialect, now = () => new Date(), random = Math.random, rateLimits = true, log = () => {} } = options;
  const { warn = log } = options;
  const requests: Asked[] = [];
  const controls: Controls = { requests, chaos: options.chaos, webhook: options.webhook };
  const store = await createStore({
    now,
    file: options.dataFile,
    log: warn,
    changed(vendor, change) {
      if (controls.webhook !== undefined) servers.get(vendor)?.sendWebhook?.(controls.webhook, change, warn);
    },
  });
  const limiter = createLimiter(now, rateLimits);
  const tools: SandboxTools = { store, limiter, now, dialect, quirks: () => controls.chaos?.quirks };
  const servers = new Map<string, VendorServer>(sandboxVendors.map((vendor) => [vendor.name, vendor.serve(tools)]));
  const closing = new AbortController();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // By its own clock: clients compare theirs with it.
    response.setHeader("date", now().toUTCString());
    // A name that leads here is not enough: a page in a browser could have one.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(incoming.headers.host ?? ""))
      return write(response, { status: 403, body: { error: "the sandbox is for this machine only" } });
    const { pathname, searchParams } = new URL(`http://sandbox${incoming.url?.startsWith("/") ? incoming.url : "/"}`);
    const [, vendor = ""] = pathname.split("/");
    const body = await readText(incoming);
    if (body === undefined) {
      response.on("finish", () => incoming.destroy());
      return write(response, {
        status: 413,
        headers: { connection: "close" },
        body: { error: "the body is too large" },
      });
    }
    const request: SandboxRequest = {
      method: incoming.method ?? "GET",
      path: pathname.slice(vendor.length + 1) || "/",
      query: searchParams,
      headers: incoming.headers as Record<string, string | undefined>,
      text: body,
    };
    if (vendor === "_sandbox") return write(response, answerControl(request, controls, store));
    requests.push({ method: request.method, path: pathname });
    if (requests.length > remembered) requests.shift();
    const own = servers.get(vendor);
    if (own === undefined) return write(response, { status: 404, body: { error: unknownVendor } });
    const kind = controls.chaos === undefined ? undefined : draw(controls.chaos, random);
    const { latencyMs = 0 } = controls.chaos ?? {};
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: closing.signal });
    log(`${request.method} ${pathname}${kind === undefined ? "" : ` (chaos: ${kind})`}`);
    if (kind === "reset") return void response.socket?.resetAndDestroy();
    // Never responds; the connection closes with the sandbox.
    if (kind === "timeout") return;
    if (kind === undefined) return write(response, own.answer(request));
    // The request has its effect; only half of the response is sent.
    if (kind === "half") return writeHalf(response, own.answer(request));
    write(response, broken(kind, own));
  }

  /** A failure in the vendor's form, or a web page as of a proxy. */
  function broken(kind: Exclude<ChaosKind, "reset" | "timeout" | "half">, own: VendorServer): Reply {
    if (kind === "html") {
      const body = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
      return { status: 502, headers: { "content-type": "text/html" }, body };
    }
    const status = Number(kind) as 429 | 500 | 502 | 503;
    const headers = status === 429 ? { "retry-after": "1" } : undefined;
    const message = status === 429 ? "Too many requests" : "Broken on purpose";
    const made = own.fail({ status, message, count: requests.length });
    return { ...made, headers: { ...made.headers, ...headers } };
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (!closing.signal.aborted) warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
      response.destroy();
    });
  });
  server.listen(options.port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    await store.flush();
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      code === "EADDRINUSE" ? `port ${options.port} is taken` : `cannot listen on port ${options.port}: ${code}`,
      "onduty sandbox --port 0",
    );
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const vendors = sandboxVendors.map(
    ({ name, keys, profile }): ServedVendor => ({ name, baseUrl: `${url}/${name}`, keys, profile }),
  );
  return {
    url,
    port,
    vendors,
    urls: Object.fromEntries(vendors.map(({ name, baseUrl }) => [name, baseUrl])) as Sandbox["urls"],
    keys: sandboxKeys,
    requests,
    async close() {
      closing.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await store.flush();
    },
  };
}

const paths = sandboxVendors.map(({ name }) => `/${name}`);
const unknownVendor = `the vendors are ${paths.slice(0, -1).join(", ")} and ${paths.at(-1)}`;

/** The body; undefined when it is too large. */
async function readText(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function encode({ status, headers, body }: Reply): { head: Record<string, string | number>; payload: string } {
  const isText = typeof body === "string";
  const payload = isText ? body : (JSON.stringify(body) ?? "");
  const type = isText ? "text/plain" : "application/json";
  const bare = payload === "" || status === 204;
  const length = Buffer.byteLength(payload);
  return {
    head: { ...(!bare && { "content-type": type }), ...headers, ...(status !== 204 && { "content-length": length }) },
    payload,
  };
}

function write(response: ServerResponse, reply: Reply): void {
  const { head, payload } = encode(reply);
  response.writeHead(reply.status, head).end(payload);
}

/** The answer breaks off in the middle. */
async function writeHalf(response: ServerResponse, reply: Reply): Promise<void> {
  const { head, payload } = encode(reply);
  const bytes = Buffer.from(payload);
  response.writeHead(reply.status, head);
  response.flushHeaders();
  await new Promise<void>((resolve) =>
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => resolve()),
  );
  response.destroy();
}
