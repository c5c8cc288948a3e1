import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type AuthorityFiles, readAuthorities } from "./authorities.ts";
import {
  type ConnectedRequest,
  type ConnectionParts,
  Connector,
  connectionPool,
  type WhenFree,
} from "./connections.ts";
import { type RequestStage, RequestTimedOut, ResponseTooLarge } from "./errors.ts";
import { tunnelDispatcher } from "./tunnel.ts";

/**
 * Number of events after which V8's space for short-lived objects is no longer grown. Without this limit V8 doubles it as long
 * as requests go on. Measured: 20,000 events take 107 MB instead of 132, and a list of 100,000 little more than one of 10,000.
 */
const youngEnough = 800;

/** With what connections end. One for all: each socket reads the stack of its error, which costs more than to close it. */
const closed = new Error("the connection was closed");

export interface TransportConfig extends AuthorityFiles {
  /** For connecting, and for one request from its first byte to the last one of the response. */
  timeoutMs: number;
  /** Proxy to go through, if any. */
  proxy: string | undefined;
  /** Maximum of bytes in a response, before decompression. */
  maxBytes: number;
  /** Where all requests go. */
  origin: string;
}

export interface TransportRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** A complete response, its body as it came. */
export interface TransportResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Loads the parts of undici that every transport needs. */
async function loadParts(): Promise<ConnectionParts> {
  const [{ default: Client }, { default: Pool }] = await Promise.all([
    import("undici/lib/dispatcher/client.js"),
    import("undici/lib/dispatcher/pool.js"),
  ]);
  return { Client, Pool };
}

/**
 * Makes a transport of undici's parts: its index would load everything it has, which costs as much as starting Node. A connection
 * is opened first, for the request that follows: the rest of undici is loaded meanwhile.
 *
 * @throws {CliError} `usage` on a file of certificates or an address of a proxy that cannot be used
 */
export async function createTransport(config: TransportConfig): Promise<Transport> {
  const { timeoutMs, proxy, origin } = config;
  const ca = await readAuthorities(config);
  const tls = ca === undefined ? {} : { ca };
  const options = {
    // The exchange has a clock of its own: these would begin anew with each chunk, and are up to a second late.
    headersTimeout: 0,
    bodyTimeout: 0,
    connections: 64,
    keepAliveTimeout: 4000,
    // A server may close a connection earlier than announced; an event must not be lost by that.
    keepAliveTimeoutThreshold: 1000,
    maxRedirections: 0,
  };
  if (proxy !== undefined) {
    const parts = await loadParts();
    return new Transport(await tunnelDispatcher({ ...options, ...parts, timeoutMs, requestTls: tls }, proxy), config);
  }
  const { default: buildConnector } = await import("undici/lib/core/connect.js");
  const connector = new Connector(buildConnector({ timeout: timeoutMs, ...tls }));
  connector.prepare(origin, 1);
  const parts = await loadParts();
  return new Transport(connectionPool(parts, origin, { ...options, connect: connector.connect }), config, connector);
}

/** Sends bytes and receives bytes, without retries, error texts or JSON. */
export class Transport {
  readonly #dispatcher: Dispatcher;
  readonly #limits: ExchangeLimits;
  readonly #connector: Connector | undefined;
  readonly #underWay = new Set<Exchange>();
  #aborted: { reason: unknown } | undefined;
  /** Garbage of the requests so far, counted in events. */
  #sent = 0;

  constructor(dispatcher: Dispatcher, { maxBytes, timeoutMs }: ExchangeLimits, connector?: Connector) {
    this.#dispatcher = dispatcher;
    this.#connector = connector;
    this.#limits = { maxBytes, timeoutMs };
  }

  /** @throws undici's error when no complete response came, {RequestTimedOut}, {ResponseTooLarge}, or the reason given to `abort` */
  send(request: TransportRequest): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      this.begin(request, (error, response) => (response === undefined ? reject(error) : resolve(response)));
    });
  }

  /** The same with a callback, which may be called at once. */
  begin(request: TransportRequest, end: ResponseCallback): void {
    this.#limitMemory(request);
    if (this.#aborted !== undefined) {
      end(this.#aborted.reason);
      return;
    }
    const exchange = new Exchange(request, this.#limits, (error, response) => {
      this.#underWay.delete(exchange);
      end(error, response);
    });
    this.#underWay.add(exchange);
    this.#dispatcher.dispatch(exchange, exchange);
  }

  /** Cancels all running and all later requests. */
  abort(reason: unknown): void {
    this.#aborted = { reason };
    for (const exchange of this.#underWay) exchange.abort(reason);
  }

  /** Opens connections for later requests to `origin`. Through a proxy, each is opened when it is needed. */
  prepare(origin: string, connections: number): void {
    this.#connector?.prepare(origin, connections);
  }

  close(): Promise<void> {
    this.#connector?.close();
    return this.#dispatcher.destroy(closed);
  }

  #limitMemory({ method }: TransportRequest): void {
    const before = this.#sent;
    // A page of a list leaves as much garbage as several events.
    this.#sent += method === "GET" ? 20 : 1;
    if (before < youngEnough && this.#sent >= youngEnough && !("Bun" in globalThis))
      process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
  }
}

/** Gets the response, or the error when no complete one came. */
type ResponseCallback = (error: unknown, response?: TransportResponse) => void;

/** Limits of one exchange; see `TransportConfig`. */
type ExchangeLimits = Pick<TransportConfig, "maxBytes" | "timeoutMs">;

/**
 * One request, as undici takes it, and the collector of its response. undici's own `request` creates a stream for each body, which
 * costs more than all other work for a small response.
 */
class Exchange implements ConnectedRequest, Dispatcher.DispatchHandler {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  /** A property of its own: a proxy's dispatcher copies the request. */
  readonly onConnection = (whenFree: WhenFree): void => {
    this.#whenFree = whenFree;
  };
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  #stage: RequestStage = "connection";
  #end: ResponseCallback | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #whenFree: WhenFree | undefined;
  #response: TransportResponse | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(request: TransportRequest, { maxBytes, timeoutMs }: ExchangeLimits, end: ResponseCallback) {
    this.origin = request.origin;
    this.path = request.path;
    this.method = request.method as Dispatcher.HttpMethod;
    this.headers = request.headers;
    this.body = request.body;
    this.#maxBytes = maxBytes;
    this.#end = end;
    this.#timer = setTimeout(() => this.abort(new RequestTimedOut(this.#stage)), timeoutMs);
  }

  /** Cancels the request, even while it waits for a connection. A response that is complete is handed on. */
  abort(reason: unknown): void {
    if (this.#response !== undefined) {
      this.#finish(undefined, this.#response);
      return;
    }
    this.#finish(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error(String(reason)));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end === undefined) {
      controller.abort(new Error("aborted"));
      return;
    }
    this.#stage = "response";
    this.#timer.refresh();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    // A 100 or 103 is followed by the response.
    if (status >= 200) this.#stage = "body";
    // Only a header that comes more than once is no text.
    for (const name in headers) if (typeof headers[name] !== "string") headers[name] = String(headers[name]);
    this.#headers = headers as Record<string, string>;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.abort(new ResponseTooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const response = { status: this.#status, headers: this.#headers, body };
    this.#response = response;
    // What awaits the response may send the next request at once: it is to find this connection free.
    this.#whenFree?.(() => this.#finish(undefined, response));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#finish(error);
  }

  #finish(error: unknown, response?: TransportResponse): void {
    clearTimeout(this.#timer);
    const end = this.#end;
    this.#end = undefined;
    end?.(error, response);
  }
}
