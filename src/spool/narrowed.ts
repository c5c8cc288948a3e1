import { type CorruptEntry, isCorrupt, Spool, type SpoolEntry, type SpoolOptions, type SpoolState } from "./spool.ts";

/** The spool with the entries of these profiles alone. One that cannot be read may be theirs: it is listed, and never chosen by itself. */
export class NarrowedSpool extends Spool {
  readonly #profiles: ReadonlySet<string>;

  constructor(options: SpoolOptions, profiles: readonly string[]) {
    super(options);
    this.#profiles = new Set(profiles);
  }

  override async list(state: SpoolState): Promise<(SpoolEntry | CorruptEntry)[]> {
    return (await super.list(state)).filter((entry) => this.#has(entry));
  }

  override async *pages(state: SpoolState): AsyncIterable<(SpoolEntry | CorruptEntry)[]> {
    for await (const page of super.pages(state)) yield page.filter((entry) => this.#has(entry));
  }

  override async count(state: SpoolState): Promise<number> {
    return (await this.list(state)).length;
  }

  /** Reads every entry. */
  override async ids(state: SpoolState): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.pages(state)) for (const entry of page) if (!isCorrupt(entry)) ids.push(entry.id);
    return ids;
  }

  override async read(state: SpoolState, id: string): Promise<SpoolEntry | CorruptEntry | undefined> {
    const entry = await super.read(state, id);
    return entry !== undefined && this.#has(entry) ? entry : undefined;
  }

  #has(entry: SpoolEntry | CorruptEntry): boolean {
    return isCorrupt(entry) || this.#profiles.has(entry.profile);
  }
}
