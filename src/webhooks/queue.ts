export interface QueueOptions<Item> {
  /** So many are worked on at once. */
  concurrency: number;
  /** So many more wait for their turn. */
  maxWaiting: number;
  /** Items of one key are worked on one after the other, in order; without a key at any time. */
  keyOf(item: Item): string | undefined;
  /** Never throws. */
  work(item: Item): Promise<void>;
}

/** Work that waits for its turn, with a bound on how much. */
export class WorkQueue<Item> {
  readonly #options: QueueOptions<Item>;
  readonly #waiting: Item[] = [];
  readonly #busy = new Set<string>();
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(options: QueueOptions<Item>) {
    this.#options = options;
  }

  /** Waiting or worked on. */
  get size(): number {
    return this.#running + this.#waiting.length;
  }

  /** False when it is full. The work begins later, never within this call. */
  offer(item: Item): boolean {
    const { concurrency, maxWaiting } = this.#options;
    if (this.size >= concurrency + maxWaiting) return false;
    this.#waiting.push(item);
    setImmediate(() => this.#startNext());
    return true;
  }

  /** Resolves once nothing waits and nothing is worked on. */
  async idle(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #startNext(): void {
    const { concurrency, keyOf } = this.#options;
    while (this.#running < concurrency) {
      const index = this.#waiting.findIndex((item) => !this.#busy.has(keyOf(item) ?? ""));
      const [item] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (item === undefined) return;
      void this.#run(item);
    }
  }

  async #run(item: Item): Promise<void> {
    const key = this.#options.keyOf(item);
    this.#running += 1;
    if (key !== undefined) this.#busy.add(key);
    try {
      await this.#options.work(item);
    } finally {
      this.#running -= 1;
      if (key !== undefined) this.#busy.delete(key);
    }
    if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    else this.#startNext();
  }
}
