import { Notifier } from "./notifier.ts";

/** Maximum number of items that wait while the reader is slow. */
const defaultRoom = 2000;

/** With this many items a page is not held back for more. */
const fullPage = 1000;

export interface ChannelOptions {
  maxWaiting?: number;
  /** Time between two pages, in milliseconds, in which items gather; default: one cycle of the event loop. */
  gatherMs?: number;
}

/** Items on their way from any number of writers to one reader, who takes all that wait at once. */
export class Channel<Item> {
  readonly #maxWaiting: number;
  readonly #gatherMs: number;
  readonly #waiting: Item[] = [];
  readonly #changes = new Notifier();
  #written = 0;
  /** How many of those written the reader is done with. */
  #read = 0;
  #ended = false;
  #closed = false;
  /** Ends the time in which items gather. */
  #release: (() => void) | undefined;

  constructor({ maxWaiting = defaultRoom, gatherMs = 0 }: ChannelOptions = {}) {
    this.#maxWaiting = maxWaiting;
    this.#gatherMs = gatherMs;
  }

  /** Adds an item. It is dropped once the reader has closed. A writer with many items waits for `room`. */
  write(item: Item): void {
    if (this.#closed) return;
    this.#waiting.push(item);
    this.#written += 1;
    if (this.#waiting.length >= Math.min(fullPage, this.#maxWaiting)) this.#release?.();
    this.#changes.notify();
  }

  /** Resolves when no more wait than may: a slow reader must not fill the memory. */
  async room(): Promise<void> {
    while (!this.#closed && this.#waiting.length > this.#maxWaiting) await this.#changes.next();
  }

  /** Adds an item. Resolves once the reader is done with it, or has closed. */
  async send(item: Item): Promise<void> {
    this.write(item);
    const mine = this.#written;
    while (!this.#closed && this.#read < mine) await this.#changes.next();
  }

  /** No more will be written. */
  end(): void {
    this.#ended = true;
    this.#release?.();
    this.#changes.notify();
  }

  /** Closes the reading side: further items are dropped, and writers no longer wait for room. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#release?.();
    this.#changes.notify();
  }

  /** The items in order, in pages of all that wait, until `end`. For one reader. */
  async *pages(): AsyncIterable<Item[]> {
    try {
      while (true) {
        if (this.#waiting.length > 0) {
          const page = this.#waiting.splice(0);
          yield page;
          this.#read += page.length;
          this.#changes.notify();
          if (!this.#ended && !this.#closed) await this.#gather();
        } else if (this.#ended || this.#closed) return;
        else await this.#changes.next();
      }
    } finally {
      // Also when the reader has left in the middle (`| head`).
      this.close();
    }
  }

  /** Waits, so that items which arrive shortly after each other form one page. */
  async #gather(): Promise<void> {
    if (this.#gatherMs === 0) return new Promise((resolve) => setImmediate(resolve));
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      timer = setTimeout(resolve, this.#gatherMs);
    });
    this.#release = undefined;
    clearTimeout(timer);
  }
}
