/** The state of a rate limit for one request. */
export interface Allowance {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** When the window ends, in milliseconds since 1970. */
  resetAt: number;
  /** Seconds until then, rounded up, at least 1. */
  retryAfter: number;
}

/** Counts requests in minutes of the wall clock. */
export interface Limiter {
  take(bucket: string, limit: number): Allowance;
}

/** A limiter; one that is off counts, but refuses nothing. */
export function createLimiter(now: () => Date, on = true): Limiter {
  const windows = new Map<string, { minute: number; used: number }>();
  return {
    take(bucket, limit) {
      const at = now().getTime();
      const minute = Math.floor(at / 60_000);
      const known = windows.get(bucket);
      const window = known?.minute === minute ? known : { minute, used: 0 };
      windows.set(bucket, window);
      const allowed = !on || window.used < limit;
      if (allowed) window.used += 1;
      const resetAt = (minute + 1) * 60_000;
      return {
        allowed,
        limit,
        remaining: Math.max(0, limit - window.used),
        resetAt,
        retryAfter: Math.max(1, Math.ceil((resetAt - at) / 1000)),
      };
    },
  };
}
