import type { Batch } from "../spool/spool.ts";

/** The batches that this process is delivering. */
export class HeldBatches {
  readonly #held = new Set<Batch>();
  /** Of batches that are finished, on their way off the disk. */
  readonly #removals = new Set<Promise<void>>();

  add(batch: Batch): void {
    this.#held.add(batch);
  }

  /** The entry is finished: the spool may remove it. */
  finish(batch: Batch, id: string): void {
    batch.finish(id);
    if (!batch.isFinished) return;
    this.#held.delete(batch);
    const removal = batch.release().catch(() => {});
    this.#removals.add(removal);
    void removal.then(() => this.#removals.delete(removal));
  }

  /** Leaves what is not finished to any process that flushes, this one too. */
  async release(): Promise<void> {
    for (const batch of this.#held) await batch.release().catch(() => {});
    this.#held.clear();
    await Promise.all(this.#removals);
  }
}
