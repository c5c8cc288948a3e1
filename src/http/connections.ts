import type { Socket } from "node:net";
import type { buildConnector, Client, Dispatcher, Pool } from "undici";

/** Calls back once the connection of a request is free for the next one, or closed. */
export type WhenFree = (callback: () => void) => void;

/** A request that is given the connection on which it goes out. */
export interface ConnectedRequest extends Dispatcher.DispatchOptions {
  onConnection(whenFree: WhenFree): void;
}

/** The parts of undici that connections are made of. They are loaded late. */
export interface ConnectionParts {
  Client: typeof Client;
  Pool: typeof Pool;
}

/** Makes one connection. */
type Factory = (origin: URL, options: object) => Dispatcher;

/** One for all pools: a class of its own for each would be compiled anew with everything that uses it. */
let factory: Factory | undefined;

/**
 * Makes the connections to an origin, which report when they are free. undici frees a connection one cycle of the event loop
 * after a response has ended; a request that is made before then would open a second connection.
 */
export function connectionPool({ Client, Pool }: ConnectionParts, origin: string, options: object): Pool {
  factory ??= factoryFrom(Client);
  return new Pool(origin, { ...options, factory });
}

function factoryFrom(Base: typeof Client): Factory {
  class Connection extends Base {
    #callback: (() => void) | undefined;

    constructor(origin: URL, options: object) {
      super(origin, options);
      this.on("drain", () => this.#free());
      this.on("disconnect", () => this.#free());
    }

    override dispatch(request: ConnectedRequest, handler: Dispatcher.DispatchHandler): boolean {
      request.onConnection((callback) => {
        this.#callback = callback;
      });
      return super.dispatch(request, handler);
    }

    #free(): void {
      const callback = this.#callback;
      this.#callback = undefined;
      callback?.();
    }
  }
  return (origin, options) => new Connection(origin, options);
}

/** Opens sockets for a pool, some of them before a request needs them: the round trips of TCP and TLS are over then. */
export class Connector {
  readonly #open: buildConnector.connector;
  /** By origin that was connected to: sockets that are not used yet. */
  readonly #spare = new Map<string, Promise<Socket>[]>();
  /** By origin: how many connections were opened. */
  readonly #opened = new Map<string, number>();
  readonly #failed = new WeakSet<Promise<Socket>>();

  constructor(open: buildConnector.connector) {
    this.#open = open;
  }

  /** What undici calls when a request needs another connection. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const spare = this.#spareOf(originOf(options)).shift();
    if (spare === undefined) {
      this.#opened.set(originOf(options), this.#openedTo(options) + 1);
      return void this.#open(options, callback);
    }
    if (this.#failed.has(spare)) return void this.#open(options, callback);
    spare.then(
      (socket) => (socket.destroyed ? void this.#open(options, callback) : callback(null, socket)),
      (error) => callback(error, null),
    );
  };

  /**
   * Opens connections to an origin until it has had as many; requests take them. A request whose connection has failed before opens
   * its own. Of two callers at once the larger number counts, whichever comes first.
   */
  prepare(origin: string, count: number): void {
    const { host, hostname, protocol, port } = new URL(origin);
    const options = { host, hostname: hostname.replace(/^\[|\]$/g, ""), protocol, port };
    const spare = this.#spareOf(originOf(options));
    const opened = this.#openedTo(options);
    this.#opened.set(originOf(options), Math.max(opened, count));
    for (let index = opened; index < count; index += 1) {
      const opening = new Promise<Socket>((resolve, reject) => {
        this.#open(options, (...[error, socket]) => (error === null ? resolve(socket) : reject(error)));
      });
      opening.catch(() => this.#failed.add(opening));
      spare.push(opening);
    }
  }

  #openedTo(options: Pick<buildConnector.Options, "protocol" | "hostname" | "port">): number {
    return this.#opened.get(originOf(options)) ?? 0;
  }

  #spareOf(origin: string): Promise<Socket>[] {
    const spare = this.#spare.get(origin) ?? [];
    this.#spare.set(origin, spare);
    return spare;
  }

  /** Closes connections that no request has taken. */
  close(): void {
    for (const spare of this.#spare.values())
      for (const opening of spare.splice(0)) void opening.then((socket) => socket.destroy()).catch(() => {});
  }
}

function originOf({
  protocol,
  hostname,
  port,
}: Pick<buildConnector.Options, "protocol" | "hostname" | "port">): string {
  return `${protocol}//${hostname}:${port}`;
}
