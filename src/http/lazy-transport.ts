import type { Transport, TransportConfig, TransportRequest, TransportResponse } from "./transport.ts";

/** Loads the modules of a transport. Saves time when called while something else is awaited. */
export async function preload(): Promise<void> {
  await (await import("./transport.ts")).loadParts();
}

/** The transport of a client, created at its first request: loading undici takes much of a short command's time. */
export class LazyTransport {
  readonly #config: TransportConfig;
  readonly #signal: AbortSignal | undefined;
  #making: Promise<Transport> | undefined;
  /** The same, once it is made. */
  #transport: Transport | undefined;

  /** `signal` cancels every request. */
  constructor(config: TransportConfig, signal: AbortSignal | undefined) {
    this.#config = config;
    this.#signal = signal;
  }

  /** See `Transport.send`. @throws {CliError} `usage` on a file of certificates or a proxy that cannot be used */
  send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#transport !== undefined) return this.#transport.send(request);
    this.#making ??= this.#make();
    return this.#making.then((transport) => transport.send(request));
  }

  /** Cancels its requests and closes its connections at once. */
  async close(): Promise<void> {
    // An error of its creation was thrown by the request.
    await (await this.#making?.catch(() => undefined))?.close();
  }

  async #make(): Promise<Transport> {
    const { createTransport } = await import("./transport.ts");
    const transport = await createTransport(this.#config);
    const signal = this.#signal;
    if (signal?.aborted) transport.abort(signal.reason);
    signal?.addEventListener("abort", () => transport.abort(signal.reason), { once: true });
    this.#transport = transport;
    return transport;
  }
}
