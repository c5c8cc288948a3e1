import { readAuthorities } from "./authorities.ts";
import { isUntrusted } from "./network-errors.ts";
import type { Transport, TransportConfig, TransportRequest, TransportResponse } from "./transport.ts";

/** The transport of a client, created at its first request: loading undici takes much of a short command's time. */
export class LazyTransport {
  readonly #config: TransportConfig;
  readonly #signal: AbortSignal | undefined;
  #making: Promise<Transport> | undefined;
  /** The same, once it is made. */
  #transport: Transport | undefined;
  /** A transport that trusts what the system trusts; undefined when that is no more than Node does. */
  #trusted: Promise<Transport> | undefined;
  #trusting: Promise<Transport | undefined> | undefined;

  /** `signal` cancels every request. */
  constructor(config: TransportConfig, signal: AbortSignal | undefined) {
    this.#config = config;
    this.#signal = signal;
  }

  /** See `Transport.send`. @throws {CliError} `usage` on a file of certificates or a proxy that cannot be used */
  send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#transport !== undefined) return this.#sendBy(this.#transport, request);
    this.#making ??= this.#make(this.#config);
    return this.#making.then((transport) => this.#sendBy(transport, request));
  }

  /** Without a chain of promises: there may be thousands of requests. */
  #sendBy(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      transport.begin(request, (error, response) => {
        if (response !== undefined) resolve(response);
        else if (isUntrusted(error)) this.#trustMore(request, error).then(resolve, reject);
        else reject(error);
      });
    });
  }

  /** Sends it again when the certificate was not trusted, which is before anything is sent, and the system trusts it. */
  async #trustMore(request: TransportRequest, error: unknown): Promise<TransportResponse> {
    this.#trusting ??= this.#makeTrusting();
    const transport = await this.#trusting;
    if (transport === undefined) throw error;
    return transport.send(request);
  }

  async #makeTrusting(): Promise<Transport | undefined> {
    const config = { ...this.#config, all: true };
    const [ours, all] = [await readAuthorities(this.#config), await readAuthorities(config)];
    if (all === undefined || all.length === ours?.length) return undefined;
    this.#trusted = this.#make(config);
    return this.#trusted;
  }

  /** See `Transport.prepare`. */
  prepare(origin: string, connections: number): void {
    this.#making ??= this.#make(this.#config);
    // An error of its creation is thrown by the request.
    this.#making.then((transport) => transport.prepare(origin, connections)).catch(() => {});
  }

  /** Cancels its requests and closes its connections at once. */
  async close(): Promise<void> {
    // An error of its creation was thrown by the request.
    for (const making of [this.#making, this.#trusted]) await (await making?.catch(() => undefined))?.close();
  }

  async #make(config: TransportConfig): Promise<Transport> {
    const { createTransport } = await import("./transport.ts");
    const transport = await createTransport(config);
    const signal = this.#signal;
    if (signal?.aborted) transport.abort(signal.reason);
    signal?.addEventListener("abort", () => transport.abort(signal.reason), { once: true });
    this.#transport = transport;
    return transport;
  }
}
