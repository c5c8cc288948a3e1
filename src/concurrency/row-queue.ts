/** More rows than this are not kept while the output is slow. */
const mostRows = 2000;

/** Rows on their way to the output. */
export class RowQueue<Row> {
  readonly #rows: Row[] = [];
  #ended = false;
  #unread = false;
  #wake: (() => void) | undefined;
  #drain: (() => void) | undefined;

  /** Resolves when the output has kept up: what reads slowly must not fill the memory. */
  async room(): Promise<void> {
    while (this.#rows.length > mostRows)
      await new Promise<void>((resolve) => {
        this.#drain = resolve;
      });
  }

  push(row: Row): void {
    if (this.#unread) return;
    this.#rows.push(row);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *pages(): AsyncIterable<Row[]> {
    try {
      while (true) {
        if (this.#rows.length > 0) {
          yield this.#rows.splice(0);
          this.#drain?.();
          // What comes within the same moment is one write.
          await new Promise((resolve) => setImmediate(resolve));
        } else if (this.#ended) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      // Nobody reads any more (`| head`); the events go on.
      this.#unread = true;
      this.#rows.length = 0;
      this.#drain?.();
    }
  }
}
