/** A message stays at least this long, even when keys are pressed. */
const minVisibleMs = 3000;

/** A message disappears after this time. */
const maxVisibleMs = 30_000;

interface Message {
  text: string;
  at: number;
  /** Whether it is the result of an action, which is printed again after the screen has closed. */
  isOutcome: boolean;
}

/** Messages about keys and actions. Each stays until the user has had time to read it. */
export class Messages {
  #messages: Message[] = [];

  add(text: string, now: Date, isOutcome: boolean): void {
    // A repeated message is shown once, as the newest.
    this.#messages = [
      ...this.#messages.filter((message) => message.text !== text),
      { text, at: now.getTime(), isOutcome },
    ];
  }

  /** Drops the messages that have been visible long enough to be read. For each key that is pressed. */
  dropRead(now: Date): void {
    this.#drop(now, minVisibleMs);
  }

  /** All messages, the newest first. */
  list(now: Date): string[] {
    this.#drop(now, maxVisibleMs);
    return this.#messages.map(({ text }) => text).reverse();
  }

  /** The results of actions, the newest last. */
  outcomes(now: Date): string[] {
    this.#drop(now, maxVisibleMs);
    return this.#messages.flatMap(({ text, isOutcome }) => (isOutcome ? [text] : []));
  }

  #drop(now: Date, ms: number): void {
    this.#messages = this.#messages.filter(({ at }) => now.getTime() - at < ms);
  }
}
