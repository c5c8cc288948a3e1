/** Wakes all waiters when something changes. Each checks for itself what has changed. */
export class Notifier {
  #waiting: (() => void)[] = [];

  notify(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves at the next `notify`. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.onNext(resolve);
    });
  }

  /** Calls `wake` at the next `notify`. */
  onNext(wake: () => void): void {
    this.#waiting.push(wake);
  }
}
