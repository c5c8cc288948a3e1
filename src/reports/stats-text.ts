import type { Shape } from "../output/shape.ts";
import { groupFields, type Spread, type Stats, type StatsGroup } from "./stats.ts";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const levels = "▁▂▃▄▅▆▇█";

/** A length of time in one or two units: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
function shortSpan(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const column = (header: string, read: (row: StatsGroup) => Spread, which: keyof Spread) => ({
  header,
  value: (row: StatsGroup) => {
    const seconds = read(row)[which];
    return seconds === null ? null : shortSpan(seconds);
  },
  pipe: (row: StatsGroup) => {
    const seconds = read(row)[which];
    return seconds === null ? null : String(seconds);
  },
});

/** How the groups are printed. @param by the heading of the first column */
export function groupShape(by: string): Shape<StatsGroup> {
  return {
    columns: [
      { header: by.toUpperCase(), value: (row) => row.key, cut: 1 },
      { header: "COUNT", value: (row) => String(row.count) },
      { header: "ACKED", value: (row) => String(row.acknowledged) },
      { header: "RESOLVED", value: (row) => String(row.resolved) },
      column("ACK MEDIAN", (row) => row.timeToAcknowledge, "median"),
      column("P90", (row) => row.timeToAcknowledge, "p90"),
      column("RESOLVE MEDIAN", (row) => row.timeToResolve, "median"),
      column("P90", (row) => row.timeToResolve, "p90"),
    ],
    fields: groupFields,
    id: (row) => row.key,
  };
}

/** Weekdays by hours, with a bar for each hour and a point where nothing was; the sum of each day behind it. */
export function heatMap({ heat }: Pick<Stats, "heat">): string[] {
  const most = Math.max(...heat.flat());
  if (most === 0) return [];
  const bar = (count: number): string =>
    count === 0 ? "·" : (levels[Math.ceil((count / most) * levels.length) - 1] ?? "·");
  const hours = `     ${["00", "06", "12", "18"].map((hour) => hour.padEnd(6)).join("")}`;
  const days = heat.map((counts, day) => {
    const sum = counts.reduce((total, one) => total + one, 0);
    return `${weekdays[day]}  ${counts.map(bar).join("")}  ${sum === 0 ? "" : sum}`.trimEnd();
  });
  return [hours.trimEnd(), ...days];
}
