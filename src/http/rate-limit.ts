/** Vendors' limits last for minutes at most. A reset that is further away means a wrong clock. */
const maxMs = 15 * 60_000;

/** Holds requests back while the vendor's rate limit is used up. */
export class RateLimit {
  readonly #now: () => Date;
  /** Unix time in milliseconds; 0 before there was a limit. */
  #until = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Milliseconds until the next request should go out, 0 for now. */
  delayMs(): number {
    return this.#until === 0 ? 0 : Math.max(0, this.#until - this.#now().getTime());
  }

  /**
   * Reads `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds) of a response, or `RateLimit-Remaining` and
   * `RateLimit-Reset` (seconds to wait); `underWay` other requests will use up what remains.
   */
  read(headers: Record<string, string>, underWay: number): void {
    const left = headers["x-ratelimit-remaining"] ?? headers["ratelimit-remaining"];
    if (left === undefined || !/^\d+$/.test(left) || Number(left) > underWay) return;
    const ms = untilReset(headers, this.#now());
    if (ms !== undefined && ms > 0) this.pause(ms);
  }

  /** Records a 429 with its wait. Returns true when the limit was not known yet. */
  pause(ms: number): boolean {
    const end = this.#now().getTime() + Math.min(ms, maxMs);
    // The waits in responses to simultaneous requests differ slightly.
    const isNews = end > this.#until + 500;
    this.#until = Math.max(this.#until, end);
    return isNews;
  }
}

/** Milliseconds until the limit is renewed, by the vendor's own clock where the response has its time. */
function untilReset(headers: Record<string, string>, now: Date): number | undefined {
  const reset = headers["x-ratelimit-reset"];
  if (reset === undefined) return rateLimitResetMs(headers);
  if (!/^\d+$/.test(reset)) return undefined;
  const there = Date.parse(headers.date ?? "");
  const ms = Number(reset) * 1000 - (Number.isNaN(there) ? now.getTime() : there);
  return ms > maxMs ? undefined : ms;
}

/**
 * Milliseconds to wait by `RateLimit-Reset`, which counts seconds from now. Source: the IETF draft "RateLimit header fields for
 * HTTP", up to version 6, which some vendors follow. Undefined when it is absent, cannot be read, or is far away.
 */
export function rateLimitResetMs(headers: Record<string, string>): number | undefined {
  const reset = headers["ratelimit-reset"];
  if (reset === undefined || !/^\d+$/.test(reset)) return undefined;
  const ms = Number(reset) * 1000;
  return ms > maxMs ? undefined : ms;
}
