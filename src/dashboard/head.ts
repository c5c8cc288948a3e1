import type { Incident } from "../model/incident.ts";
import { count } from "../model/text.ts";
import { cutText, stringWidth } from "../output/fit.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { ageText, timeOfDay } from "../output/time.ts";

/** The incidents as they were last read, and whether that still works. */
export interface Snapshot {
  rows: Incident[];
  /** When the rows were read; undefined before the first response. */
  lastLook: Date | undefined;
  /** Why the rows may be incomplete; undefined when they are complete. */
  truncated: string | undefined;
  /** The first look that failed since the last good one, and why the last one did; undefined when it was good. */
  failure?: { since: Date; reason: string } | undefined;
  /** When the look began that has no response yet. */
  looking?: Date | undefined;
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

/** How many incidents there are, and how old that is. Not the time of drawing: an old table must not look like a new one. */
export function asOf(
  { rows, lastLook }: Snapshot,
  { now, tz }: HeadOptions,
  counted = count(rows.length, "incident"),
): string {
  if (lastLook === undefined) return "no response yet";
  return `${counted}, as of ${timeOfDay(lastLook, tz)}, ${ageText(lastLook, now)} old`;
}

/** The text in place of a table without rows. Empty unless it is certain that no incident matched at the last look. */
export function emptyText({ lastLook, truncated }: Snapshot): string {
  return lastLook === undefined || truncated !== undefined ? "" : "No incidents match.";
}

/** The loud ones among the incidents: `2 high`; empty for none. */
export function loudText(rows: readonly Incident[]): string {
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
