import type { Client, Dispatcher, Pool } from "undici";

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

/**
 * Makes the connections of an agent, which report when they are free. undici frees a connection one cycle of the event loop
 * after a response has ended; a request that is made before then would open a second connection.
 */
export function connectionFactory({ Client, Pool }: ConnectionParts): (origin: URL | string, options: object) => Pool {
  class Connection extends Client {
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
  const factory = (origin: URL, options: object): Dispatcher => new Connection(origin, options);
  return (origin, options) => new Pool(origin, { ...options, factory });
}
