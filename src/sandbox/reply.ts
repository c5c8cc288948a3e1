/** One request to the sandbox, read. */
export interface SandboxRequest {
  method: string;
  /** Path within the vendor, such as `/api/incidents`. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** Text of the body. */
  text: string;
}

/** One answer of the sandbox. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is text. */
  body?: unknown;
}

/** The body as an object; undefined when it is not JSON or no object. */
export function readJson(request: SandboxRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(request.text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Text of a field, trimmed; undefined when it is no text or empty. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** An ISO time, null when there is none. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Counts requests in windows of a minute. */
export interface Limiter {
  /** Takes one; tells what is left, and when the window ends (milliseconds since 1970). */
  take(bucket: string, limit: number): { allowed: boolean; limit: number; remaining: number; resetAt: number };
}

export function createLimiter(now: () => Date): Limiter {
  const windows = new Map<string, { minute: number; used: number }>();
  return {
    take(bucket, limit) {
      const minute = Math.floor(now().getTime() / 60_000);
      const known = windows.get(bucket);
      const window = known?.minute === minute ? known : { minute, used: 0 };
      windows.set(bucket, window);
      const allowed = window.used < limit;
      if (allowed) window.used += 1;
      return { allowed, limit, remaining: limit - window.used, resetAt: (minute + 1) * 60_000 };
    },
  };
}
