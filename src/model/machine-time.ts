/* Times as programs write them, in contrast to what people type. */

const isoPattern = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/;
/** `Sun Nov 29 07:49:30 UTC 2026` of date(1) and Nagios, `Sun, 29 Nov 2026 07:49:30 +0000` of Monit and mail. */
const wordyPattern = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i;
/** `11-29-2026 07:49:30` and `29-11-2026 07:49:30` of Nagios, by its `date_format`. */
const dayFirstPattern = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T](\d{1,2}:\d{2}(?::\d{2})?)$/;

/**
 * A moment as a program writes it: seconds, milliseconds, microseconds or nanoseconds since 1970 as a number or digits, ISO
 * 8601, or a date with the name of its month. Without an offset it is in the zone of this machine. Undefined for what is
 * none of these, and for what is before 1973: the zeros of Unix and
 * Go (year 1) stand for "not known", and a small number counts something else.
 */
export function readMachineTime(value: unknown): Date | undefined {
  const ms =
    typeof value === "number" ? fromEpoch(value) : typeof value === "string" ? fromText(value.trim()) : Number.NaN;
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) || time.getTime() < minMs ? undefined : time;
}

/** In 1973. */
const minMs = 1e11;

/** Whether a program rather than a person wrote a text that stands for a time: many digits, a macro, or nothing. */
export function isMachineTime(text: string): boolean {
  return text.trim() === "" || text.includes("$") || text.replace(/\D/g, "").length >= 6;
}

function fromText(text: string): number {
  if (/^\d{9,}(?:\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  // CloudWatch writes the zone as +0000, Azure seven digits of a second: neither is read by every engine.
  if (isoPattern.test(text))
    return Date.parse(
      text
        .replace(/\s*([+-]\d\d):?(\d\d)$/, "$1:$2")
        .replace(/\s*(?:utc|gmt)$/i, "Z")
        .replace(/([.,]\d{3})\d+/, "$1")
        .replace(",", "."),
    );
  const [, first = "", second = "", year = "", clock = ""] = dayFirstPattern.exec(text) ?? [];
  if (year !== "") return fromDay(Number(first), Number(second), `${year}`, clock);
  if (!wordyPattern.test(text) || !/\b\d{4}\b/.test(text)) return Number.NaN;
  const known = Date.parse(text);
  // Names of zones such as CET are not read: the machine that wrote it is in the same one as this.
  return Number.isNaN(known) ? Date.parse(text.replace(/\b[A-Z]{2,5}\b(?=\s+\d{4}|$)/, "").trim()) : known;
}

/** Only where day and month cannot be mixed up. */
function fromDay(first: number, second: number, year: string, clock: string): number {
  const [day, month] = first > 12 ? [first, second] : second > 12 ? [second, first] : [0, 0];
  const two = (part: number): string => String(part).padStart(2, "0");
  return day === 0 ? Number.NaN : Date.parse(`${year}-${two(month)}-${two(day)}T${clock.padStart(8, "0").slice(-8)}`);
}

/** By its size: seconds have 10 digits from 2001 to 2286. */
function fromEpoch(number: number): number {
  const size = Math.abs(number);
  if (size < 1e11) return number * 1e3;
  if (size < 1e14) return number;
  return size < 1e17 ? number / 1e3 : number / 1e6;
}
