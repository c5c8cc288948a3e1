/** No limit of a vendor is a matter of more than minutes; a reset that is further away is a wrong clock. */
const longestMs = 15 * 60_000;

/** Holds requests back while the vendor's rate limit is used up. */
export interface Pace {
  /** Milliseconds until the next request should go out, 0 for now. */
  delayMs(): number;
  /** Reads `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds) of an answer; `underWay` others will use it up. */
  answered(headers: Record<string, string>, underWay: number): void;
  /** The vendor has turned a request away and asks to wait. True when this is news. */
  pause(ms: number): boolean;
}

export function createPace(now: () => Date): Pace {
  let until = 0;
  const pause = (ms: number): boolean => {
    const end = now().getTime() + Math.min(ms, longestMs);
    // What the answers to many requests at once say differs by moments.
    const news = end > until + 500;
    until = Math.max(until, end);
    return news;
  };
  return {
    delayMs: () => (until === 0 ? 0 : Math.max(0, until - now().getTime())),
    answered(headers, underWay) {
      const left = headers["x-ratelimit-remaining"];
      if (left === undefined || !/^\d+$/.test(left) || Number(left) > underWay) return;
      const ms = untilReset(headers, now());
      if (ms !== undefined && ms > 0) pause(ms);
    },
    pause,
  };
}

/** Milliseconds until the limit is renewed, by the vendor's own clock where it tells the time. */
function untilReset(headers: Record<string, string>, now: Date): number | undefined {
  const reset = headers["x-ratelimit-reset"];
  if (reset === undefined || !/^\d+$/.test(reset)) return undefined;
  const there = Date.parse(headers.date ?? "");
  const ms = Number(reset) * 1000 - (Number.isNaN(there) ? now.getTime() : there);
  return ms > longestMs ? undefined : ms;
}
