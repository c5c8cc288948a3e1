import type { CliError } from "../errors.ts";
import { isRead, type RequestOptions, type Route } from "./request.ts";

const baseMs = 500;
const capMs = 30_000;

/** How often a server that asks for no wait is asked again at once. One that always does so would be asked without end. */
const atOnce = 3;
const noWaitMs = 100;

/** Statuses after which another attempt may succeed. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/**
 * Milliseconds that `Retry-After` asks to wait, given in seconds or as an HTTP date (RFC 9110, 10.2.3). `undefined` when it
 * cannot be read; a date that has passed is 0.
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (/^\d+\.\d+$/.test(text)) return Math.ceil(Number(text) * 1000);
  // A date begins with the name of a day; Date.parse alone would also read bare numbers and fragments.
  if (!/^[A-Z][a-z]+,? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/** Milliseconds to wait before attempt number `attempt + 1`: what the server asked for, else exponential with full jitter. */
export function retryDelay(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined && (retryAfterMs >= noWaitMs || attempt <= atOnce)) return retryAfterMs;
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}

/** Whether sending a failed request again does no harm. */
export function mayRepeat(error: CliError, route: Route, options: RequestOptions): boolean {
  if (error.status !== undefined && options.finalStatuses?.includes(error.status) === true) return false;
  if (options.idempotent === true || isRead(route)) return true;
  // A 429 was refused unread, and without a connection nothing was sent.
  return error.status === 429 || (error.kind === "network" && error.reason !== "maybeSent");
}

/** The failure of a request that is not sent again, for a rate limit with the option that would have waited. */
export function waitTooLong(error: CliError, maxWaitMs: number, waitedMs = 0): CliError {
  if (error.kind !== "rateLimited") return error;
  const seconds = error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1000);
  const limit = `--max-wait ${maxWaitMs / 1000}s`;
  if (waitedMs > 0) {
    const waited = `waited ${Math.ceil(waitedMs / 1000)} s of ${limit}`;
    const next = Math.max(30, Math.ceil((maxWaitMs / 1000) * 3), (seconds ?? 0) * 2);
    return error.reworded(`${error.message}; ${waited}`, { hint: `--max-wait ${next}s` });
  }
  const asked = seconds === undefined ? "" : `; asked to wait ${seconds} s, longer than ${limit}`;
  return error.reworded(`${error.message}${asked}`, {
    hint: seconds === undefined ? "--max-wait 2m" : `--max-wait ${seconds + 1}s`,
  });
}
