import type { Page } from "../model/incident.ts";

/** The pages of one of several sources. */
export interface PageSource<Row> {
  name: string;
  pages: AsyncIterable<Page<Row>>;
}

/** A source that failed. What it had given before is among the rows. */
export interface SourceFailure {
  name: string;
  error: unknown;
}

/**
 * Merges the pages of several sources into one list, and asks them side by side. With `order` the rows come in that order, which each
 * source has to have too; without it those of the first source come first.
 */
export class MergedPages<Row> implements AsyncIterable<Page<Row>> {
  /** Of the sources that failed so far, in their order. */
  readonly failures: SourceFailure[] = [];
  readonly #order: ((a: Row, b: Row) => number) | undefined;
  readonly #heads: Head<Row>[];

  constructor(sources: readonly PageSource<Row>[], order?: (a: Row, b: Row) => number) {
    this.#order = order;
    this.#heads = sources.map((source) => new Head(source));
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Page<Row>> {
    try {
      await this.#fill();
      let isFirst = true;
      do {
        const page: Page<Row> = { rows: this.#rows(), ...this.#about() };
        const total = isFirst ? this.#total() : undefined;
        isFirst = false;
        yield total === undefined ? page : { ...page, total };
        await this.#fill();
      } while (this.#heads.some(({ rows }) => rows.length > 0));
      const rest = this.#about();
      if (rest.truncated !== undefined || rest.notice !== undefined) yield { rows: [], ...rest };
    } finally {
      await Promise.all(this.#heads.map((head) => head.close()));
    }
  }

  /** Gives each source that has no row left its next page, all at once. */
  async #fill(): Promise<void> {
    await Promise.all(this.#heads.map((head) => head.fill()));
    this.failures.splice(0);
    for (const { name, failure } of this.#heads) if (failure !== undefined) this.failures.push({ name, ...failure });
  }

  /** The rows that are known to be next: until one source has none left and may have more. */
  #rows(): Row[] {
    const order = this.#order;
    const rows: Row[] = [];
    if (order === undefined) {
      const first = this.#heads.find((head) => head.rows.length > 0);
      return first?.rows.splice(0) ?? rows;
    }
    while (this.#heads.every((head) => head.isDone || head.rows.length > 0)) {
      const [next] = this.#heads
        .filter((head) => head.rows.length > 0)
        .sort((a, b) => order(a.rows[0] as Row, b.rows[0] as Row));
      const row = next?.rows.shift();
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  /** What the sources have reported since the last page, with their names. */
  #about(): Pick<Page<Row>, "truncated" | "notice"> {
    const truncated = this.#heads.flatMap((head) => head.take("truncated")).join("; ");
    const notice = this.#heads.flatMap((head) => head.take("notice")).join("\n");
    return { ...(truncated !== "" && { truncated }), ...(notice !== "" && { notice }) };
  }

  /** Of all sources, when each reports it. */
  #total(): number | undefined {
    const totals = this.#heads.filter(({ failure }) => failure === undefined).map(({ total }) => total);
    return totals.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);
  }
}

/** The next rows of one source. */
class Head<Row> {
  readonly name: string;
  rows: Row[] = [];
  isDone = false;
  total: number | undefined;
  failure: { error: unknown } | undefined;
  readonly #pages: AsyncIterator<Page<Row>>;
  #reported: { truncated?: string; notice?: string } = {};

  constructor({ name, pages }: PageSource<Row>) {
    this.name = name;
    this.#pages = pages[Symbol.asyncIterator]();
  }

  async fill(): Promise<void> {
    while (!this.isDone && this.rows.length === 0) {
      try {
        const next = await this.#pages.next();
        if (next.done === true) {
          this.isDone = true;
          return;
        }
        const { rows, total, truncated, notice } = next.value;
        this.rows = [...rows];
        this.total ??= total;
        this.#reported = {
          ...this.#reported,
          ...(truncated !== undefined && { truncated }),
          ...(notice !== undefined && { notice }),
        };
      } catch (error) {
        this.isDone = true;
        this.failure = { error };
      }
    }
  }

  /** A text that was reported and not taken yet, after the name of the source. */
  take(what: "truncated" | "notice"): string[] {
    const text = this.#reported[what];
    delete this.#reported[what];
    return text === undefined ? [] : [`${this.name}: ${text}`];
  }

  async close(): Promise<void> {
    this.isDone = true;
    await this.#pages.return?.();
  }
}
