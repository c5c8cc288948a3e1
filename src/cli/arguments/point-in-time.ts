import { usageError } from "../../errors.ts";
import { readDuration } from "../../model/duration.ts";
import { resolveZone } from "../../output/time.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const dayMs = 86_400_000;

/**
 * A point in time as users type it: ISO 8601, a duration ago (`2h`), `now`, `today`, `yesterday`, the name of a weekday
 * (the last one, at its start), `2024-01-15`, `2024-01-15 10:30`. Without an offset it is in `zone` (see `--tz`).
 *
 * @throws {CliError} `usage` when it is none of these, or a date that does not exist
 */
export function parseTime(text: string, now: Date, zone?: string): Date {
  const word = text.trim().toLowerCase();
  const timeZone = resolveZone(zone);
  if (word === "now") return now;
  const ago = readDuration(word);
  if (ago !== undefined) return new Date(now.getTime() - ago);
  const wall = wallClock(now, timeZone);
  const today = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  if (word === "today") return fromWallClock(today, timeZone);
  if (word === "yesterday") return fromWallClock(today - dayMs, timeZone);
  const weekday = weekdays.findIndex((name) => name === word || name.slice(0, 3) === word);
  if (weekday !== -1) {
    const back = (wall.getUTCDay() - weekday + 7) % 7 || 7;
    return fromWallClock(today - back * dayMs, timeZone);
  }
  return parseDate(text.trim(), timeZone);
}

function parseDate(text: string, timeZone: string | undefined): Date {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  const bad = () =>
    usageError(
      `"${text}" is not a point in time`,
      "2024-01-15 10:30, 2024-01-15T10:30:00Z, 2h, today, yesterday or monday",
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

/** What clocks in the zone show at a moment, as if it were UTC. */
function wallClock(time: Date, timeZone: string | undefined): Date {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...(timeZone !== undefined && { timeZone }),
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(time);
  const part = (name: string): number => Number(parts.find(({ type }) => type === name)?.value ?? 0);
  return new Date(
    Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
      time.getUTCMilliseconds(),
    ),
  );
}

/** The moment at which clocks in the zone show `wall`; of two (autumn) the first, of none (spring) the one just after the gap. */
function fromWallClock(wall: number, timeZone: string | undefined): Date {
  const offsetAt = (ms: number): number => wallClock(new Date(ms), timeZone).getTime() - ms;
  const candidates = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)].sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetAt(ms) === wall);
  return new Date(exact ?? Math.max(...candidates));
}
