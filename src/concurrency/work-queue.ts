import { KeyedQueue } from "./keyed-queue.ts";
import { Notifier } from "./notifier.ts";

export interface WorkQueueOptions<Item> {
  /** Maximum number of items in progress. */
  concurrency: number;
  /** Maximum number of items that wait; default: no limit. */
  maxWaiting?: number;
  /** Items of one key are processed one after the other, in order. Items without a key wait for no other. */
  keyOf?(item: Item): string | undefined;
  /** Never throws. */
  work(item: Item): Promise<void>;
}

/** Work that waits for its turn, with a bound on how much. */
export class WorkQueue<Item> {
  readonly #options: WorkQueueOptions<Item>;
  readonly #queue = new KeyedQueue<Item>();
  readonly #changes = new Notifier();
  #running = 0;
  #size = 0;

  constructor(options: WorkQueueOptions<Item>) {
    this.#options = options;
  }

  /** Waiting or worked on. */
  get size(): number {
    return this.#size;
  }

  /** False when it is full. The work begins later, never within this call. */
  offer(item: Item): boolean {
    const { concurrency, maxWaiting = Number.POSITIVE_INFINITY, keyOf } = this.#options;
    if (this.#size >= concurrency + maxWaiting) return false;
    this.#size += 1;
    this.#queue.add(item, keyOf?.(item));
    setImmediate(() => this.#startNext());
    return true;
  }

  /** Resolves once nothing waits and nothing is worked on. */
  async idle(): Promise<void> {
    while (this.#size > 0) await this.#changes.next();
  }

  #startNext(): void {
    while (this.#running < this.#options.concurrency) {
      const item = this.#queue.take();
      if (item === undefined) return;
      void this.#run(item);
    }
  }

  async #run(item: Item): Promise<void> {
    const { keyOf, work } = this.#options;
    const key = keyOf?.(item);
    this.#running += 1;
    try {
      await work(item);
    } finally {
      this.#running -= 1;
      this.#size -= 1;
      if (key !== undefined) this.#queue.done(key);
      this.#startNext();
      if (this.#size === 0) this.#changes.notify();
    }
  }
}
