import { usageError } from "../errors.ts";
import { count, nearest } from "../model/text.ts";
import { dateFormat } from "../model/wall-clock.ts";

const steps: [unit: Intl.RelativeTimeFormatUnit, short: string, ms: number][] = [
  ["day", "d", 86_400_000],
  ["hour", "h", 3_600_000],
  ["minute", "m", 60_000],
  ["second", "s", 1000],
];

/** `3 minutes ago`, `in 2 hours`, `just now`; the text itself when it is not a time. */
export function relativeTime(iso: string, now: Date): string {
  const ms = Date.parse(iso) - now.getTime();
  if (Number.isNaN(ms)) return iso;
  if (Math.abs(ms) < 1000) return "just now";
  const [unit, , size] = steps.find(([, , one]) => Math.abs(ms) >= one) ?? ["second", "s", 1000];
  const words = count(Math.trunc(Math.abs(ms) / size), unit);
  return ms < 0 ? `${words} ago` : `in ${words}`;
}

/** Age in one number and letter: `12s`, `3m`, `2h`, `5d`. */
export function shortAge(iso: string, now: Date): string {
  const ms = Math.max(0, now.getTime() - Date.parse(iso));
  if (Number.isNaN(ms)) return iso;
  const [, short, size] = steps.find(([, , one]) => ms >= one) ?? ["second", "s", 1000];
  return `${Math.trunc(ms / size)}${short}`;
}

/** A time for people, in a zone: `2026-11-21 02:15:00 UTC`; the text itself when it is not a time. */
export function printedTime(iso: string, zone = "local"): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const timeZone = resolveZone(zone);
  const { date, timeOfDay } = wallClock(time, timeZone);
  return `${date} ${timeOfDay} ${zoneName(time, timeZone)}`;
}

/** `UTC`, `GMT+1`. */
function zoneName(time: Date, timeZone: string | undefined): string {
  if (timeZone === "UTC" || (timeZone === undefined && time.toString().endsWith("(Coordinated Universal Time)")))
    return "UTC";
  const name = dateFormat("en", timeZone, { timeZoneName: "short" });
  return name.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

interface WallClock {
  /** `2026-11-21` */
  date: string;
  /** `02:15:00` */
  timeOfDay: string;
  /** `Sat` */
  weekday: string;
}

/** What a clock on the wall shows. In the machine's own zone and in UTC without Intl, whose first use takes 25 ms. */
function wallClock(time: Date, timeZone: string | undefined): WallClock {
  const offset = timeZone === "UTC" ? 0 : time.getTimezoneOffset();
  const moved = new Date(time.getTime() - offset * 60_000);
  if (
    (timeZone === undefined || timeZone === "UTC") &&
    moved.getUTCFullYear() >= 1900 &&
    moved.getUTCFullYear() <= 9999
  ) {
    const [date = "", timeOfDay = ""] = moved.toISOString().slice(0, 19).split("T");
    return { date, timeOfDay, weekday: moved.toUTCString().slice(0, 3) };
  }
  const part = (options: Intl.DateTimeFormatOptions): string =>
    dateFormat("en-CA", timeZone, { hourCycle: "h23", ...options }).format(time);
  return {
    date: part({ dateStyle: "short" }),
    timeOfDay: part({ timeStyle: "medium" }),
    weekday: dateFormat("en", timeZone, { weekday: "short" }).format(time),
  };
}

/** A time of day in a zone: `02:15:00`. */
export function timeOfDay(time: Date, zone = "local"): string {
  return wallClock(time, resolveZone(zone)).timeOfDay;
}

/** How old what was read at a time is: `0 s`, `45 s`, `3 min`, `2 h`. */
export function ageText(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** A moment to the minute with its weekday, in a zone: `Sat 2026-12-05 00:00 UTC`. */
export function momentText(time: Date, zone = "local"): string {
  const { weekday } = wallClock(time, resolveZone(zone));
  return `${weekday} ${printedTime(time.toISOString(), zone).replace(/:\d\d (?=\S+$)/, " ")}`;
}

/** A coming or past time of day for people, with how far it is: `12:00 (in 9 h)`, `Mon 12:00 (in 2 d)`, `2026-12-24 12:00 (in 25 d)`. */
export function clockTime(iso: string, now: Date, zone = "local"): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${shortClockTime(iso, now, zone)} (${distance(time, now)})`;
}

/** The same without how far it is. */
export function shortClockTime(iso: string, now: Date, zone = "local"): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const timeZone = resolveZone(zone);
  const { date, timeOfDay, weekday } = wallClock(time, timeZone);
  const days = Math.abs(time.getTime() - now.getTime()) / 86_400_000;
  const day = date === wallClock(now, timeZone).date ? "" : days < 6 ? `${weekday} ` : `${date} `;
  return `${day}${timeOfDay.slice(0, 5)}`;
}

/** `in 9 h`, `20 min ago`, `now`. */
function distance(time: Date, now: Date): string {
  const ms = time.getTime() - now.getTime();
  const size = Math.abs(ms);
  const [unit, one] =
    size >= 2 * 86_400_000 ? ["d", 86_400_000] : size >= 3_600_000 ? ["h", 3_600_000] : ["min", 60_000];
  const number = Math.round(size / (one as number));
  if (number === 0) return "now";
  return ms < 0 ? `${number} ${unit} ago` : `in ${number} ${unit}`;
}

/**
 * The IANA name of a zone as `--tz` takes it; `undefined` for the machine's own.
 *
 * @throws {CliError} `usage` on a zone that does not exist
 */
export function resolveZone(zone: string | undefined): string | undefined {
  if (zone === undefined || zone.toLowerCase() === "local") return undefined;
  if (zone.toLowerCase() === "utc") return "UTC";
  try {
    return dateFormat("en", zone).resolvedOptions().timeZone;
  } catch {
    const [near] = nearest(zone, Intl.supportedValuesOf("timeZone"));
    throw usageError(
      `unknown time zone "${zone}"`,
      near === undefined ? "--tz Europe/Berlin, --tz local or --tz utc" : `--tz ${near}`,
    );
  }
}
