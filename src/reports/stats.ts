import type { Incident } from "../model/incident.ts";
import { personName } from "../model/person.ts";
import { compareCodes } from "../model/text.ts";
import { resolveZone } from "../output/time.ts";

export const groupings = ["service", "team", "user", "hour"] as const;
export type Grouping = (typeof groupings)[number];

/** Seconds. Null where no incident of the group has such a time. */
export interface Spread {
  median: number | null;
  /** By nearest rank: nine of ten took at most as long. */
  p90: number | null;
}

/** The incidents of one service, team, person or hour. */
export interface StatsGroup {
  key: string;
  count: number;
  /** How many of them were acknowledged. */
  acknowledged: number;
  resolved: number;
  timeToAcknowledge: Spread;
  timeToResolve: Spread;
}

export interface Stats {
  /** ISO 8601 UTC. */
  since: string;
  until: string;
  /** False when some incidents could not be read. */
  complete: boolean;
  by: Grouping;
  /** The largest first; hours in their order. */
  groups: StatsGroup[];
  /** Incidents by weekday, from Monday, and hour of the day, in the zone of `--tz`. */
  heat: number[][];
}

export const statsFields = [
  "since",
  "until",
  "complete",
  "by",
  "groups",
  "heat",
] as const satisfies readonly (keyof Stats)[];
export const groupFields = [
  "key",
  "count",
  "acknowledged",
  "resolved",
  "timeToAcknowledge",
  "timeToResolve",
] as const satisfies readonly (keyof StatsGroup)[];

export interface StatsQuery {
  since: Date;
  until: Date;
  by: Grouping;
  tz?: string | undefined;
  complete: boolean;
}

/** Counts incidents. One with several people counts for each of them. */
export function countStats(incidents: readonly Incident[], { since, until, by, tz, complete }: StatsQuery): Stats {
  const clock = clockOf(tz);
  const groups = new Map<string, Incident[]>();
  const heat = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const incident of incidents) {
    const at = clock(incident.createdAt);
    if (at !== undefined) {
      const day = heat[at.day];
      if (day !== undefined) day[at.hour] = (day[at.hour] ?? 0) + 1;
    }
    for (const key of keysOf(incident, by, at?.hour)) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [incident]);
      else members.push(incident);
    }
  }
  const rows = [...groups].map(([key, members]) => toGroup(key, members));
  const order =
    by === "hour"
      ? (a: StatsGroup, b: StatsGroup) => compareCodes(a.key, b.key)
      : (a: StatsGroup, b: StatsGroup) => b.count - a.count || compareCodes(a.key, b.key);
  return { since: since.toISOString(), until: until.toISOString(), complete, by, groups: rows.sort(order), heat };
}

/** What an incident without one is counted under. */
const none = "(none)";

function keysOf({ service, team, assignees }: Incident, by: Grouping, hour: number | undefined): string[] {
  switch (by) {
    case "service":
      return [service?.name ?? none];
    case "team":
      return [team?.name ?? none];
    case "user":
      return assignees.length === 0 ? [none] : assignees.map(personName);
    case "hour":
      return [hour === undefined ? none : `${String(hour).padStart(2, "0")}:00`];
  }
}

function toGroup(key: string, incidents: readonly Incident[]): StatsGroup {
  const times = (end: "acknowledgedAt" | "resolvedAt"): number[] =>
    incidents.flatMap((incident) => {
      // A vendor's unreadable time is that of the epoch.
      const created = Date.parse(incident.createdAt) || Number.NaN;
      const seconds = (Date.parse(incident[end] ?? "") - created) / 1000;
      return Number.isFinite(seconds) && seconds >= 0 ? [seconds] : [];
    });
  return {
    key,
    count: incidents.length,
    acknowledged: incidents.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length,
    resolved: incidents.filter(({ status }) => status === "resolved").length,
    timeToAcknowledge: spread(times("acknowledgedAt")),
    timeToResolve: spread(times("resolvedAt")),
  };
}

/** @param seconds in any order */
function spread(seconds: readonly number[]): Spread {
  const sorted = seconds.toSorted((a, b) => a - b);
  const { length } = sorted;
  if (length === 0) return { median: null, p90: null };
  const upper = sorted[Math.floor(length / 2)] ?? 0;
  const lower = sorted[Math.ceil(length / 2) - 1] ?? 0;
  return { median: Math.round((lower + upper) / 2), p90: Math.round(sorted[Math.ceil(length * 0.9) - 1] ?? 0) };
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Reads weekday (0 is Monday) and hour of a time in a zone; undefined for what is no time. */
function clockOf(tz: string | undefined): (iso: string) => { day: number; hour: number } | undefined {
  const timeZone = resolveZone(tz);
  const format = new Intl.DateTimeFormat("en-US", {
    ...(timeZone !== undefined && { timeZone }),
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  return (iso) => {
    const time = new Date(iso);
    // A vendor's unreadable time is that of the epoch.
    if (Number.isNaN(time.getTime()) || time.getTime() === 0) return undefined;
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const day = weekdays.indexOf(parts.weekday ?? "");
    return { day, hour: Number(parts.hour) };
  };
}
