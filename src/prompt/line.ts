import { timeOfDay } from "../output/time.ts";
import type { PromptState } from "./state.ts";

/** What is older is not shown any more. */
const maxAgeMs = 5 * 60_000;
const minPauseMs = 60_000;

function ageMs(time: string | null, now: Date): number {
  const ms = time === null ? Number.NaN : now.getTime() - Date.parse(time);
  // A time to come is that of another clock.
  return ms >= 0 ? ms : Number.POSITIVE_INFINITY;
}

/** `2 open, on call until 12:00`; `?` where it is not known, or older than five minutes. */
export function promptLine({ at, open, oncallUntil }: PromptState, now: Date, tz?: string): string {
  if (open === null || ageMs(at, now) > maxAgeMs) return "?";
  const isOnCall = oncallUntil !== null && Date.parse(oncallUntil) > now.getTime();
  return `${open} open${isOnCall ? `, on call until ${timeOfDay(new Date(oncallUntil), tz).slice(0, 5)}` : ""}`;
}

/** Whether it is time to ask the vendors again: at most once a minute. */
export function isRenewalDue({ renewedAt }: PromptState, now: Date): boolean {
  return ageMs(renewedAt, now) >= minPauseMs;
}
