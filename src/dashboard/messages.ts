/** What is told stays at least so long, whatever is typed meanwhile. */
const readableMs = 3000;

/** And goes by itself after so long. */
const oldMs = 30_000;

interface Message {
  text: string;
  at: number;
  /** What became of incidents, which is also to be read when the screen is gone. */
  isOutcome: boolean;
}

/** What is told of keys, until somebody could read it. */
export class Messages {
  #told: Message[] = [];

  tell(text: string, now: Date, isOutcome: boolean): void {
    // The same once more is news, but not twice.
    this.#told = [...this.#told.filter((one) => one.text !== text), { text, at: now.getTime(), isOutcome }];
  }

  /** A key was pressed: what has stood for a while has been read. */
  seen(now: Date): void {
    this.#drop(now, readableMs);
  }

  /** The newest first. */
  list(now: Date): string[] {
    this.#drop(now, oldMs);
    return this.#told.map(({ text }) => text).reverse();
  }

  /** The newest last. */
  outcomes(now: Date): string[] {
    this.#drop(now, oldMs);
    return this.#told.flatMap(({ text, isOutcome }) => (isOutcome ? [text] : []));
  }

  #drop(now: Date, ms: number): void {
    this.#told = this.#told.filter(({ at }) => now.getTime() - at < ms);
  }
}
