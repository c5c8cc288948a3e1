const formats = new Map<string, Intl.DateTimeFormat>();

/** A format of times in a zone; `undefined` is the machine's own. Kept: to make one takes longer than to use it a hundred times. */
export function dateFormat(
  language: string,
  timeZone: string | undefined,
  options: Intl.DateTimeFormatOptions = {},
): Intl.DateTimeFormat {
  // The machine may get another zone while the program goes on.
  if (timeZone === undefined) return new Intl.DateTimeFormat(language, options);
  const key = JSON.stringify([language, timeZone, options]);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, { timeZone, ...options });
  formats.set(key, format);
  return format;
}

/** What clocks in the zone show at a moment, as if it were UTC. */
export function wallClock(time: Date, timeZone: string | undefined): Date {
  const parts = dateFormat("en-US", timeZone, {
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
export function fromWallClock(wall: number, timeZone: string | undefined): Date {
  const offsetAt = (ms: number): number => wallClock(new Date(ms), timeZone).getTime() - ms;
  const candidates = [wall - offsetAt(wall - 86_400_000), wall - offsetAt(wall + 86_400_000)].sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetAt(ms) === wall);
  return new Date(exact ?? Math.max(...candidates));
}
