/** What clocks in the zone show at a moment, as if it were UTC. */
export function wallClock(time: Date, timeZone: string | undefined): Date {
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
export function fromWallClock(wall: number, timeZone: string | undefined): Date {
  const offsetAt = (ms: number): number => wallClock(new Date(ms), timeZone).getTime() - ms;
  const candidates = [wall - offsetAt(wall - 86_400_000), wall - offsetAt(wall + 86_400_000)].sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetAt(ms) === wall);
  return new Date(exact ?? Math.max(...candidates));
}
