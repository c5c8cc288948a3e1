import { Notifier } from "./notifier.ts";

/** Maximum number of items that wait while the reader is slow. */
const defaultRoom = 2000;

/** Items on their way from any number of writers to one reader, who takes all that wait at once. */
export class Channel<Item> {
  readonly #maxWaiting: number;
  readonly #waiting: Item[] = [];
  readonly #changes = new Notifier();
  #written = 0;
  /** How many of those written the reader is done with. */
  #read = 0;
  #ended = false;
  #closed = false;

  constructor({ maxWaiting = defaultRoom }: { maxWaiting?: number } = {}) {
    this.#maxWaiting = maxWaiting;
  }

  /** Adds an item. It is dropped once the reader has closed. A writer with many items waits for `room`. */
  write(item: Item): void {
    if (this.#closed) return;
    this.#waiting.push(item);
    this.#written += 1;
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
    this.#changes.notify();
  }

  /** Closes the reading side: further items are dropped, and writers no longer wait for room. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
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
          // Items that arrive in the same tick form one page.
          await new Promise((resolve) => setImmediate(resolve));
        } else if (this.#ended || this.#closed) return;
        else await this.#changes.next();
      }
    } finally {
      // Also when the reader has left in the middle (`| head`).
      this.close();
    }
  }
}
