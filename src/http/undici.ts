import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { setFlagsFromString } from "node:v8";
import type { Dispatcher } from "undici";
import { usageError } from "../errors.ts";
import { proxyHint, proxyToken } from "./proxy.ts";

// V8 would compile undici's WebAssembly parser with every tier at once; it is small and runs briefly. Set as soon as node:v8 is
// there, by which bin/compile-cache.cjs knows it.
if (!("Bun" in globalThis)) {
  for (const flag of ["--no-wasm-tier-up", "--wasm-lazy-compilation", "--no-wasm-dynamic-tiering"])
    setFlagsFromString(flag);
}

/**
 * V8 doubles the room for short-lived objects as long as requests go on. After so many it has enough of it: 20,000 events take
 * 107 MB instead of 132, and a list of 100,000 little more than one of 10,000.
 */
const youngEnough = 800;

export interface TransportConfig {
  timeoutMs: number;
  caFile: string | undefined;
  /** Certificate authorities of the environment (NODE_EXTRA_CA_CERTS), which a list of our own would hide. */
  extraCaFile: string | undefined;
  /** Proxy to go through, if any. */
  proxy: string | undefined;
  /** Most bytes of one answer as it comes. */
  maxBytes: number;
}

export interface TransportRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** A whole answer, its body as it came. */
export interface TransportAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends bytes and gets bytes; knows nothing of retries, errors or JSON. */
export interface Transport {
  /** @throws undici's error when no whole answer came, `AnswerTooLarge`, or the reason given to `abort` */
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Ends every request that is under way, and each that comes later. */
  abort(reason: unknown): void;
  close(): Promise<void>;
}

/** The answer's body is longer than `maxBytes`. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** Loads what a transport is made of: worth doing while something else is waited for. */
export async function preload(): Promise<typeof import("undici/lib/dispatcher/agent.js")> {
  return import("undici/lib/dispatcher/agent.js");
}

/** Makes a transport of undici's parts: its index would load everything it has, which costs as much as starting Node. */
export async function createTransport(config: TransportConfig): Promise<Transport> {
  const { default: Agent } = await preload();
  const { timeoutMs } = config;
  const ca = await readAuthorities(config);
  const tls = ca === undefined ? {} : { ca };
  const options = {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs, ...tls },
    connections: 64,
    keepAliveTimeout: 4000,
    // A server that announces a longer keep-alive than it keeps must not cost an event.
    keepAliveTimeoutThreshold: 1000,
    maxRedirections: 0,
  };
  const dispatcher: Dispatcher =
    config.proxy === undefined ? new Agent(options) : await throughProxy({ ...options, requestTls: tls }, config.proxy);
  const underWay = new Set<Exchange>();
  let aborted: { reason: unknown } | undefined;
  let sent = 0;
  return {
    send(request) {
      // A page of a list leaves as much behind as several events.
      const before = sent;
      sent += request.method === "GET" ? 10 : 1;
      if (before < youngEnough && sent >= youngEnough && !("Bun" in globalThis))
        setFlagsFromString("--semi-space-growth-factor=1");
      if (aborted !== undefined) return Promise.reject(aborted.reason);
      return new Promise((resolve, reject) => {
        const exchange = new Exchange(config.maxBytes, (error, answer) => {
          underWay.delete(exchange);
          if (answer === undefined) reject(error);
          else resolve(answer);
        });
        underWay.add(exchange);
        dispatcher.dispatch({ ...request, method: request.method as Dispatcher.HttpMethod }, exchange);
      });
    },
    abort(reason) {
      aborted = { reason };
      for (const exchange of underWay) exchange.abort(reason);
    },
    close: () => dispatcher.destroy(),
  };
}

/**
 * Gathers one answer. undici's own `request` makes a stream of each body, which costs more than all the rest of a small
 * answer.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  #end: ((error: unknown, answer?: TransportAnswer) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(maxBytes: number, end: (error: unknown, answer?: TransportAnswer) => void) {
    this.#maxBytes = maxBytes;
    this.#end = end;
  }

  /** It may still be waiting for a connection: then it ends without one. */
  abort(reason: unknown): void {
    this.#finish(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error(String(reason)));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end === undefined) controller.abort(new Error("aborted"));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) this.#headers[name] = String(value);
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.abort(new AnswerTooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#finish(undefined, { status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#finish(error);
  }

  #finish(error: unknown, answer?: TransportAnswer): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(error, answer);
  }
}

/** @throws {CliError} `usage` when that is no address of a proxy, which is not repeated: it may hold a password */
async function throughProxy(
  options: { headersTimeout: number; requestTls: object },
  proxy: string,
): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: Pool }, { default: connect }] = await Promise.all([
    import("undici/lib/dispatcher/proxy-agent.js"),
    import("undici/lib/dispatcher/pool.js"),
    import("undici/lib/api/api-connect.js"),
  ]);
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw usageError("the address of the proxy is not an http:// or https:// URL", proxyHint);
  const timeout = options.headersTimeout;
  // A tunnel is opened with a method that undici's index, which we do not load, puts on its dispatchers.
  const clientFactory = (origin: URL, given: object): Dispatcher => {
    const pool = new Pool(origin.origin, { ...given, headersTimeout: timeout });
    return Object.assign(pool, {
      connect: async (...asked: unknown[]) => Promise.resolve(connect.apply(pool, asked)).catch(explainTunnel),
    });
  };
  const uri = new URL(proxy);
  const token = proxyToken(uri);
  uri.username = "";
  uri.password = "";
  const tls = { proxyTls: { timeout }, requestTls: { timeout, ...options.requestTls } };
  return new ProxyAgent({ ...options, ...tls, uri: uri.href, clientFactory, ...(token !== undefined && { token }) });
}

/** undici takes a proxy that hangs up for a connection that was idle, and would open the next one without end. */
function explainTunnel(error: NodeJS.ErrnoException): never {
  if (error.code !== "UND_ERR_SOCKET") throw error;
  throw Object.assign(new Error("the proxy closed the connection"), { code: "ERR_PROXY_CLOSED" });
}

/**
 * The certificate authorities to trust; undefined for those of Node.
 *
 * @throws {CliError} `usage` when a file cannot be read or holds none
 */
export async function readAuthorities({
  caFile,
  extraCaFile,
}: Pick<TransportConfig, "caFile" | "extraCaFile">): Promise<string[] | undefined> {
  if (caFile === undefined) return undefined;
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? "there is no such file" : code;
      const hint = file === caFile ? "onduty profiles show" : "is NODE_EXTRA_CA_CERTS right?";
      throw usageError(`cannot read the certificates in "${file}": ${why}`, hint);
    }
  };
  const own = read(caFile);
  if (!own.includes("-----BEGIN CERTIFICATE-----"))
    throw usageError(`"${caFile}" holds no PEM certificate`, "onduty profiles show");
  const { rootCertificates } = await import("node:tls");
  return [...rootCertificates, own, ...(extraCaFile === undefined ? [] : [read(extraCaFile)])];
}
