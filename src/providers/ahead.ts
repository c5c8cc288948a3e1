interface Begun<Item> {
  iterator: AsyncIterator<Item>;
  first: Promise<IteratorResult<Item>>;
}

/** Items that may be asked for before they are read: the first of them is fetched meanwhile. */
export class Ahead<Item> implements AsyncIterable<Item> {
  readonly #open: () => AsyncIterable<Item>;
  #begun: Begun<Item> | undefined;

  constructor(open: () => AsyncIterable<Item>) {
    this.#open = open;
  }

  /** Begins to fetch the first item. A failure is thrown when it is read. */
  begin(): Begun<Item> {
    if (this.#begun !== undefined) return this.#begun;
    const iterator = this.#open()[Symbol.asyncIterator]();
    const first = iterator.next();
    first.catch(() => {});
    this.#begun = { iterator, first };
    return this.#begun;
  }

  /** Reads all items; once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    const { iterator, first } = this.begin();
    try {
      for (let item = await first; item.done !== true; item = await iterator.next()) yield item.value;
    } finally {
      await iterator.return?.();
    }
  }
}
