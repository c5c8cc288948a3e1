import { usageError } from "../../errors.ts";
import { readDuration } from "../../model/duration.ts";
import { fromWallClock, wallClock } from "../../model/wall-clock.ts";
import { resolveZone } from "../../output/time.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const dayMs = 86_400_000;

/** Which way a time of day counts: to the last one that was, or to the next one that comes. */
type Direction = "past" | "future";

/**
 * A point in time as users type it: ISO 8601, a duration ago (`2h`, `2h ago`) or ahead (`+2h`, `in 2h`), `now`, `today`, `yesterday`,
 * `tomorrow`, the name of a weekday (the last one, at its start), `last monday`, `next monday`, `2024-01-15`, `2024-01-15 10:30`; a day
 * with a time (`tomorrow 09:00`), or `09:00` alone, the last one. Without an offset it is in `zone` (see `--tz`).
 *
 * @throws {CliError} `usage` when it is none of these, or a date that does not exist
 */
export function parseTime(text: string, now: Date, zone?: string): Date {
  return parse(text, now, resolveZone(zone), "past");
}

/**
 * The same for a question that may be about the future: `09:00` is the next one. Without a text it is now. A duration or a weekday could mean either way.
 *
 * @throws {CliError} `usage` as above, and for a bare duration or weekday, with both that it could mean
 */
export function parseFutureTime(text: string | undefined, now: Date, zone?: string): Date {
  if (text === undefined) return now;
  const word = text.trim();
  const timeZone = resolveZone(zone);
  if (readDuration(word) !== undefined && word !== "0")
    throw usageError(`"${word}" could be in the future or in the past`, `"in ${word}" or "${word} ago"`);
  const [day = "", ...time] = word.split(/\s+/);
  if (weekdayOf(day) !== undefined)
    throw usageError(
      `"${word}" could be the next or the last one`,
      `"${["next", day, ...time].join(" ")}" or "${["last", day, ...time].join(" ")}"`,
    );
  return parse(word, now, timeZone, "future");
}

function parse(text: string, now: Date, timeZone: string | undefined, direction: Direction): Date {
  const word = text.trim().toLowerCase().replace(/\s+/g, " ");
  if (word === "now") return now;
  const shift = readShift(word);
  if (shift !== undefined) return new Date(now.getTime() + shift);
  const wall = wallClock(now, timeZone);
  const today = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  const [, dayWords = "", hour, minute] = /^(.*?)(?:(?:^| )(\d{1,2}):(\d{2}))?$/.exec(word) ?? [];
  const timeMs = hour === undefined ? 0 : readTimeOfDay(text, Number(hour), Number(minute));
  if (dayWords === "" && hour !== undefined) {
    const at = fromWallClock(today + timeMs, timeZone);
    if (direction === "past") return at <= now ? at : fromWallClock(today - dayMs + timeMs, timeZone);
    return at >= now ? at : fromWallClock(today + dayMs + timeMs, timeZone);
  }
  const days = daysTo(dayWords, wall.getUTCDay());
  return days === undefined ? parseDate(text.trim(), timeZone) : fromWallClock(today + days * dayMs + timeMs, timeZone);
}

/** Milliseconds from now of `2h`, `2h ago`, `+2h` and `in 2h`. */
function readShift(word: string): number | undefined {
  const [, ahead, amount = "", ago] = /^(\+\s*|in )?(.*?)( ago)?$/.exec(word) ?? [];
  const ms = readDuration(amount);
  if (ms === undefined || (ahead !== undefined && ago !== undefined)) return undefined;
  return ahead === undefined ? -ms : ms;
}

/** @throws {CliError} `usage` for a time that clocks do not show */
function readTimeOfDay(text: string, hour: number, minute: number): number {
  if (hour > 23 || minute > 59) throw usageError(`"${text}" has a time that does not exist`, "09:00");
  return (hour * 60 + minute) * 60_000;
}

/** Days from today to the day of a word; a weekday is never today. Undefined if it is no such word. */
function daysTo(word: string, today: number): number | undefined {
  const near = { today: 0, yesterday: -1, tomorrow: 1 };
  if (Object.hasOwn(near, word)) return near[word as keyof typeof near];
  const [, which = "last", name = ""] = /^(?:(last|next) )?(\w+)$/.exec(word) ?? [];
  const weekday = weekdayOf(name);
  if (weekday === undefined) return undefined;
  return which === "next" ? (weekday - today + 7) % 7 || 7 : -((today - weekday + 7) % 7 || 7);
}

function weekdayOf(word: string): number | undefined {
  const name = word.toLowerCase();
  const found = weekdays.findIndex((weekday) => weekday === name || weekday.slice(0, 3) === name);
  return found === -1 ? undefined : found;
}

function parseDate(text: string, timeZone: string | undefined): Date {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  const bad = () =>
    usageError(
      `"${text}" is not a point in time`,
      "2024-01-15 10:30, 2024-01-15T10:30:00Z, 2h ago, in 2h, yesterday, tomorrow 09:00 or last monday",
    );
  if (match === null) throw bad();
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Math.trunc(Number(`0.${match[7] ?? "0"}`) * 1000);
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  // Date.UTC rolls over what does not exist, such as 30 February: then the parts differ.
  const exists =
    asUtc.getUTCMonth() === month - 1 && asUtc.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) throw usageError(`"${text}" does not exist in the calendar`, "2024-01-15 10:30");
  const offset = match[8];
  if (offset === undefined) return fromWallClock(asUtc.getTime(), timeZone);
  if (/z/i.test(offset)) return asUtc;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 14 || minutes > 59) throw bad();
  return new Date(asUtc.getTime() - (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000);
}
