import { sleep } from "./sleep.ts";

export interface PacerOptions {
  /** Most turns in any window. */
  max: number;
  windowMs: number;
  /** A clock that never goes back, in milliseconds. */
  nowMs?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called before the first wait. */
  onWait?: () => void;
}

/** Gives turns, at most so many in any window of time, at full speed until then. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #nowMs: () => number;
  /** When the last turns were, or will be, the oldest first; at most `max`. */
  readonly #turns: number[] = [];
  #hasWaited = false;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => process.uptime() * 1000);
  }

  /** Resolves when it is the caller's turn, or the signal is aborted: with true after a wait. */
  async turn(signal: AbortSignal): Promise<boolean> {
    const { max, windowMs, onWait } = this.#options;
    const nowMs = this.#nowMs();
    const oldest = this.#turns.length < max ? undefined : this.#turns.shift();
    const at = oldest === undefined ? nowMs : Math.max(nowMs, oldest + windowMs);
    this.#turns.push(at);
    if (at <= nowMs) return false;
    if (!this.#hasWaited) onWait?.();
    this.#hasWaited = true;
    await (this.#options.sleep ?? sleep)(at - nowMs, signal);
    return true;
  }
}
