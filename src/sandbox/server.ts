import { once, setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { usageError } from "../errors.ts";
import { type Chaos, type ChaosKind, draw } from "./chaos.ts";
import { type Asked, answerControl, type Controls } from "./control.ts";
import { readText, write, writeHalf } from "./exchange.ts";
import { createLimiter } from "./limits.ts";
import type { Change, Store } from "./model.ts";
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

const remembered = 10_000;

/**
 * A server on loopback that speaks the API of every vendor.
 *
 * @throws {CliError} `usage` when the port is taken, or the data file is not ours or cannot be written
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dataFile: file, now = () => new Date(), log = () => {} } = options;
  const { warn = log } = options;
  const store = await createStore({
    now,
    file,
    log: warn,
    changed: (vendor, change) => handler.sendWebhook(vendor, change),
  });
  const handler = new RequestHandler(store, { ...options, now, log, warn });
  const server = createServer((incoming, response) => handler.handle(incoming, response));
  try {
    await listen(server, options.port);
  } catch (error) {
    await store.flush();
    throw error;
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
    requests: handler.requests,
    async close() {
      handler.close();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await store.flush();
    },
  };
}

/** @throws {CliError} `usage` when the port cannot be had */
async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = code === "EADDRINUSE" ? `port ${port} is taken` : `cannot listen on port ${port}: ${code}`;
    throw usageError(message, "onduty sandbox --port 0");
  }
}

type HandlerOptions = SandboxOptions & Required<Pick<SandboxOptions, "now" | "log" | "warn">>;

/** Passes each request to its vendor, and breaks responses as chaos demands. */
class RequestHandler {
  readonly requests: Asked[] = [];
  readonly #store: Store;
  readonly #options: HandlerOptions;
  readonly #controls: Controls;
  readonly #servers: ReadonlyMap<string, VendorServer>;
  readonly #closing = new AbortController();

  constructor(store: Store, options: HandlerOptions) {
    // Each request that waits listens to it.
    setMaxListeners(0, this.#closing.signal);
    const { now, dialect, rateLimits = true, chaos, webhook } = options;
    this.#store = store;
    this.#options = options;
    this.#controls = { requests: this.requests, chaos, webhook };
    const limiter = createLimiter(now, rateLimits);
    const tools: SandboxTools = { store, limiter, now, dialect, quirks: () => this.#controls.chaos?.quirks };
    this.#servers = new Map(sandboxVendors.map((vendor) => [vendor.name, vendor.serve(tools)]));
  }

  sendWebhook(vendor: string, change: Change): void {
    const { webhook } = this.#controls;
    if (webhook !== undefined) this.#servers.get(vendor)?.sendWebhook?.(webhook, change, this.#options.warn);
  }

  handle(incoming: IncomingMessage, response: ServerResponse): void {
    this.#answer(incoming, response).catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!this.#closing.signal.aborted) this.#options.warn(text);
      response.destroy();
    });
  }

  /** Ends the waits of chaos. */
  close(): void {
    this.#closing.abort();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // By the sandbox's clock: clients compare theirs with it.
    response.setHeader("date", this.#options.now().toUTCString());
    // The host must be loopback: a page in a browser could use a name that resolves to this machine.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(incoming.headers.host ?? ""))
      return write(response, { status: 403, body: { error: "the sandbox is for this machine only" } });
    const text = await readText(incoming);
    if (text === undefined) {
      response.on("finish", () => incoming.destroy());
      const headers = { connection: "close" };
      return write(response, { status: 413, headers, body: { error: "the body is too large" } });
    }
    const { pathname, searchParams } = new URL(`http://sandbox${incoming.url?.startsWith("/") ? incoming.url : "/"}`);
    const [, vendor = ""] = pathname.split("/");
    const request: SandboxRequest = {
      method: incoming.method ?? "GET",
      path: pathname.slice(vendor.length + 1) || "/",
      query: searchParams,
      headers: incoming.headers as Record<string, string | undefined>,
      text,
    };
    if (vendor === "_sandbox") return write(response, answerControl(request, this.#controls, this.#store));
    this.#remember({ method: request.method, path: pathname });
    const server = this.#servers.get(vendor);
    if (server === undefined) return write(response, { status: 404, body: { error: unknownVendor } });
    return this.#serve(server, request, pathname, response);
  }

  #remember(asked: Asked): void {
    this.requests.push(asked);
    if (this.requests.length > remembered) this.requests.shift();
  }

  async #serve(server: VendorServer, request: SandboxRequest, path: string, response: ServerResponse): Promise<void> {
    const { chaos } = this.#controls;
    const { random = Math.random, log } = this.#options;
    const kind = chaos === undefined ? undefined : draw(chaos, random);
    const latencyMs = chaos?.latencyMs ?? 0;
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: this.#closing.signal });
    log(`${request.method} ${path}${kind === undefined ? "" : ` (chaos: ${kind})`}`);
    if (kind === "reset") return void response.socket?.resetAndDestroy();
    // Never responds; the connection closes with the sandbox.
    if (kind === "timeout") return;
    if (kind === undefined) return write(response, server.answer(request));
    // The request has its effect; only half of the response is sent.
    if (kind === "half") return writeHalf(response, server.answer(request));
    write(response, this.#broken(kind, server));
  }

  /** A failure in the vendor's form, or a web page as of a proxy. */
  #broken(kind: Exclude<ChaosKind, "reset" | "timeout" | "half">, server: VendorServer): Reply {
    if (kind === "html") {
      const body = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
      return { status: 502, headers: { "content-type": "text/html" }, body };
    }
    const status = Number(kind) as 429 | 500 | 502 | 503;
    const message = status === 429 ? "Too many requests" : "Broken on purpose";
    const made = server.fail({ status, message, count: this.requests.length });
    return status === 429 ? { ...made, headers: { ...made.headers, "retry-after": "1" } } : made;
  }
}

const paths = sandboxVendors.map(({ name }) => `/${name}`);
const unknownVendor = `the vendors are ${paths.slice(0, -1).join(", ")} and ${paths.at(-1)}`;
