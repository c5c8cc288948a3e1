import type { Batch } from "../spool/spool.ts";

/** The batches that this process is delivering. */
export class HeldBatches {
  readonly #held = new Set<Batch>();

  add(batch: Batch): void {
    this.#held.add(batch);
  }

  /** The entry is finished: the spool may remove it. */
  finish(batch: Batch, id: string): void {
    batch.finish(id);
    if (batch.isFinished) this.#held.delete(batch);
  }

  /** Leaves what is not finished to any process that flushes, this one too. */
  release(): void {
    for (const batch of this.#held) {
      try {
        batch.release();
      } catch {
        // Any process takes it over once this one has ended.
      }
    }
    this.#held.clear();
  }
}
