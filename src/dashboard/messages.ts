/** A message disappears after this time. */
const maxVisibleMs = 30_000;

interface Message {
  text: string;
  at: number;
  failed: boolean;
}

/** What the keys did: one message at a time. Results of actions are kept, to be printed again after the screen has closed. */
export class Messages {
  #shown: Message | undefined;
  #outcomes: Message[] = [];

  /** Shows a message about a key in place of the one before. */
  show(text: string, now: Date): void {
    this.#shown = { text, at: now.getTime(), failed: false };
  }

  /** Shows the result of an action. A failure stays until a key is pressed: the result of the next action must not hide it. */
  showOutcome(text: string, now: Date, failed: boolean): void {
    const message = { text, at: now.getTime(), failed };
    this.#outcomes = [...this.#outcomes.filter((one) => one.text !== text), message];
    if (failed || this.#shown?.failed !== true) this.#shown = message;
  }

  /** For each key that is pressed: what was shown was read, or is not of interest. */
  clear(): void {
    this.#shown = undefined;
  }

  /** The message that is shown; undefined for none. */
  shown(now: Date): string | undefined {
    return this.#shown !== undefined && isRecent(this.#shown, now) ? this.#shown.text : undefined;
  }

  /** The results of actions, the newest last. */
  outcomes(now: Date): string[] {
    return this.#outcomes.filter((message) => isRecent(message, now)).map(({ text }) => text);
  }
}

function isRecent({ at }: Message, now: Date): boolean {
  return now.getTime() - at < maxVisibleMs;
}
