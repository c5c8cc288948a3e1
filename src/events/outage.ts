import type { CliError } from "../errors.ts";

const firstProbeMs = 1000;
const maxProbeMs = 30_000;

/** Whether the vendor is considered down, and when to try again: the wait doubles after each failure. */
export class Outage {
  readonly #after: number;
  readonly #now: () => Date;
  #failures = 0;
  #error: CliError | null = null;
  #pauseMs = firstProbeMs;
  #nextProbe = 0;

  /** `after` is how many events in a row have to fail. */
  constructor(after: number, now: () => Date) {
    this.#after = after;
    this.#now = now;
  }

  /** Why the vendor is considered down; null if it is not. */
  get error(): CliError | null {
    return this.#error;
  }

  /** Milliseconds until the vendor is to be asked again. */
  get waitMs(): number {
    return this.#nextProbe - this.#now().getTime();
  }

  /** The vendor has processed an event. */
  answered(): void {
    this.#failures = 0;
  }

  /** The vendor did not take an event. True if it is considered down from now on. */
  failed(error: CliError): boolean {
    // The vendor responded, and the failure concerns this event alone.
    if (error.reason === "swallowed" || error.reason === "repairable") {
      this.answered();
      return false;
    }
    this.#failures += 1;
    // A key that is refused now will be refused for the next event too.
    const isOfKey = error.kind === "auth" || error.reason === "keyForm";
    if (this.#error !== null || (this.#failures < this.#after && !isOfKey)) return false;
    this.#error = error;
    this.#postpone(firstProbeMs);
    return true;
  }

  /** The vendor was asked, and is still down. */
  goesOn(): void {
    this.#postpone(Math.min(maxProbeMs, this.#pauseMs * 2));
  }

  /** The vendor was asked, and responds again. */
  end(): void {
    this.#error = null;
    this.#failures = 0;
  }

  #postpone(ms: number): void {
    this.#pauseMs = ms;
    this.#nextProbe = this.#now().getTime() + ms;
  }
}
