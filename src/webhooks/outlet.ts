import type { Printer } from "../output/printer.ts";
import type { Shape } from "../output/shape.ts";

/** A list that is printed while its rows are still to come. */
export interface Outlet<Row> {
  /** Resolves once the row is written, or nobody reads any more. */
  write(row: Row): Promise<void>;
  /** Resolves when nobody reads any more. */
  closed: Promise<void>;
  /** Prints the end of the list. */
  end(): Promise<void>;
}

/** Prints rows in the order in which they are written, in any format. */
export function createOutlet<Row extends object>(
  printer: Printer,
  shape: Shape<Row>,
  line: (row: Row) => string,
): Outlet<Row> {
  const waiting: { row: Row; done: () => void }[] = [];
  let wake: (() => void) | undefined;
  let ended = false;

  async function* pages(): AsyncGenerator<Row[]> {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) {
        try {
          yield [next.row];
        } finally {
          next.done();
        }
      } else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const printed = printer.stream(pages(), shape, line).then(
    () => release(),
    (error: unknown) => {
      release();
      throw error;
    },
  );

  function release(): void {
    ended = true;
    for (const { done } of waiting.splice(0)) done();
  }

  return {
    closed: printed,
    write(row) {
      if (ended) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ row, done: resolve });
        wake?.();
      });
    },
    async end() {
      ended = true;
      wake?.();
      await printed;
    },
  };
}
