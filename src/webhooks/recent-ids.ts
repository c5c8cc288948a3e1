import { createHash } from "node:crypto";

/** Redeliveries come within minutes; later, the same body counts as a new event. */
const maxAgeMs = 3_600_000;
const maxRemembered = 10_000;

/** Remembers what came, as hashes, for an hour and up to a number. */
export class RecentIds {
  readonly #times = new Map<string, number>();

  has(text: string | Uint8Array, now: Date): boolean {
    const time = this.#times.get(hash(text));
    return time !== undefined && now.getTime() - time < maxAgeMs;
  }

  add(text: string | Uint8Array, now: Date): void {
    const key = hash(text);
    // At the end again: the oldest stands first, and goes first.
    this.#times.delete(key);
    this.#times.set(key, now.getTime());
    if (this.#times.size <= maxRemembered) return;
    const [oldest] = this.#times.keys();
    if (oldest !== undefined) this.#times.delete(oldest);
  }
}

function hash(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("base64");
}
