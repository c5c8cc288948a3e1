import type { Incident } from "../model/incident.ts";
import { compareCodes, count } from "../model/text.ts";
import { cutText, stringWidth } from "../output/fit.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { ageText, timeOfDay } from "../output/time.ts";

/** The incidents of a profile as they were last read, and whether that still works. */
export interface Snapshot {
  profile: string;
  rows: Incident[];
  /** When the rows were read; undefined before the first response. */
  lastLook: Date | undefined;
  /** Why the rows may be incomplete; undefined when they are complete. */
  truncated: string | undefined;
  /** The first look that failed since the last good one, and why the last one did; undefined when it was good. */
  failure?: { since: Date; reason: string } | undefined;
  /** When the look began that has no response yet. */
  looking?: Date | undefined;
  /** What else is to be known of it, such as why it is incomplete; empty for nothing. */
  status: string;
}

export interface HeadOptions {
  now: Date;
  intervalMs: number;
  tz: string | undefined;
}

/**
 * `NOT LIVE since 02:55:31: connection refused by 127.0.0.1:4077`; undefined while looks succeed. A look without a response by the
 * time of the next one has failed. What is shown is from the last good look, so that is since when.
 */
export function notLive(
  { lastLook, failure, looking }: Snapshot,
  { now, intervalMs, tz }: HeadOptions,
): string | undefined {
  const isLate = looking !== undefined && now.getTime() - looking.getTime() >= intervalMs;
  const late = isLate ? { since: looking, reason: `no response for ${ageText(looking, now)}` } : undefined;
  const { since, reason } = failure ?? late ?? {};
  if (since === undefined) return undefined;
  return `NOT LIVE since ${timeOfDay(lastLook ?? since, tz)}: ${reason}`;
}

/** A line for each profile whose rows are not what holds now; with its name where there are several. */
export function notLiveLines(snapshots: readonly Snapshot[], options: HeadOptions): string[] {
  return snapshots.flatMap((one) => {
    const text = notLive(one, options);
    return text === undefined ? [] : [snapshots.length > 1 ? `${one.profile} ${text}` : text];
  });
}

/** The rows of all, the newest first; those of one in the order of its vendor. */
export function rowsOf(snapshots: readonly Snapshot[]): Incident[] {
  const [only, ...others] = snapshots;
  if (only !== undefined && others.length === 0) return only.rows;
  return snapshots.flatMap(({ rows }) => rows).sort((a, b) => compareCodes(b.createdAt, a.createdAt));
}

/** What is to be known of each, with its name where there are several. */
export function statusOf(snapshots: readonly Snapshot[]): string {
  return snapshots
    .filter(({ status }) => status !== "")
    .map(({ profile, status }) => (snapshots.length > 1 ? `${profile}: ${status}` : status))
    .join("; ");
}

/**
 * How many incidents there are, and how old that is. Not the time of drawing: an old table must not look like a new one. A profile
 * that is not live has a line of its own, so the age is that of the others.
 */
export function asOf(
  snapshots: readonly Snapshot[],
  options: HeadOptions,
  counted = count(rowsOf(snapshots).length, "incident"),
): string {
  const silent = snapshots.filter(({ lastLook }) => lastLook === undefined);
  if (silent.length === snapshots.length) return "no response yet";
  const live = snapshots.filter((one) => one.lastLook !== undefined && notLive(one, options) === undefined);
  const looks = (live.length > 0 ? live : snapshots).flatMap(({ lastLook }) => lastLook ?? []);
  const oldest = new Date(Math.min(...looks.map((look) => look.getTime())));
  const waiting = silent.filter((one) => notLive(one, options) === undefined).map(({ profile }) => profile);
  const missing = waiting.length === 0 ? "" : `; no response yet: ${waiting.join(", ")}`;
  return `${counted}, as of ${timeOfDay(oldest, options.tz)}, ${ageText(oldest, options.now)} old${missing}`;
}

/** The text in place of a table without rows. It is empty, or speaks of the past, unless all have just responded that none matches. */
export function emptyText(snapshots: readonly Snapshot[], options: HeadOptions): string {
  if (snapshots.some(({ lastLook, truncated }) => lastLook === undefined || truncated !== undefined)) return "";
  const old = snapshots.some((one) => notLive(one, options) !== undefined);
  return old ? "None matched at the last update; what has changed since is not known." : "No incidents match.";
}

/** The urgent ones among the incidents: `2 high`; empty for none. */
export function urgentText(rows: readonly Incident[]): string {
  const high = rows.filter(({ urgency, status }) => urgency === "high" && status === "open").length;
  return high === 0 ? "" : `${high} high`;
}

/** The longest of some texts that fits, else the last one, cut. */
export function fitting(texts: readonly string[], columns: number): string {
  return texts.find((text) => stringWidth(text) <= columns) ?? cutText(texts.at(-1) ?? "", columns);
}

/** A line that nobody overlooks: in reverse video, which is no color, and in red where there is color. */
export function alarmLine(text: string, columns: number, color: Color | undefined): string {
  const line = cutText(sanitizeCell(text), columns);
  const filled = line + " ".repeat(Math.max(0, columns - stringWidth(line)));
  return color === undefined ? `\u001b[7m${filled}\u001b[27m` : color.red.inverse(filled);
}
