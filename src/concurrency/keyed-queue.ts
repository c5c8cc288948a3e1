/** A queue of which items of one key are taken one after the other, each once the one before it is done. */
export class KeyedQueue<Item> {
  /** Keys with an item that is free or taken, and their items that come after it. */
  readonly #behind = new Map<string, Item[]>();
  #free: Item[] = [];
  #next = 0;

  /** Adds an item at the end; one without a key waits for no other. */
  add(item: Item, key?: string): void {
    const behind = key === undefined ? undefined : this.#behind.get(key);
    if (behind !== undefined) {
      behind.push(item);
      return;
    }
    if (key !== undefined) this.#behind.set(key, []);
    this.#free.push(item);
  }

  /** The first item that is free. */
  take(): Item | undefined {
    const item = this.#free[this.#next];
    if (item === undefined) return undefined;
    this.#next += 1;
    // Cutting off one by one would move all the others each time.
    if (this.#next > 1000 || this.#next === this.#free.length) {
      this.#free = this.#free.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /** The item of this key that was taken is done. True when another of the key was waiting for that, which is free now. */
  done(key: string): boolean {
    const item = this.#behind.get(key)?.shift();
    if (item === undefined) {
      this.#behind.delete(key);
      return false;
    }
    this.#free.push(item);
    return true;
  }
}
