import { nobodyOr } from "../directory/on-call.ts";
import { urgencies } from "../model/incident.ts";
import type { OnCall } from "../model/oncall.ts";
import { personName } from "../model/person.ts";
import type { Silence } from "../model/silence.ts";
import { count } from "../model/text.ts";
import { cutText, stringWidth } from "../output/fit.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { clockTime, shortAge, shortClockTime } from "../output/time.ts";
import type { ProfileStatus, SpoolStatus, StatusReport } from "./report.ts";

/** The place where a status is drawn. */
export interface StatusCanvas {
  /** Columns. */
  width: number;
  /** Rows; what does not fit is left out with the command that shows it. Undefined for no limit. */
  height?: number | undefined;
  now: Date;
  tz?: string | undefined;
  color?: Color | undefined;
  /** Whether a person is the user of a profile. */
  isMe(person: OnCall["users"][number], profile: string): boolean;
  /** Profiles whose counts are a lower bound. */
  truncated: ReadonlySet<string>;
  /** Profiles of which it is not known who is on call. */
  lackingOnCall: ReadonlySet<string>;
}

const indent = 2;
/** Lines that who is on call has at least. */
const minOnCallLines = 2;
/** Columns before a line of who is on call. */
const margin = "On call  ".length;

/** The status as lines for people: what is open, who is on call, what waits in the spool. */
export function statusText(report: StatusReport, canvas: StatusCanvas): string {
  const spool = spoolLines(report.spool, canvas);
  const height = (canvas.height ?? Number.POSITIVE_INFINITY) - spool.length - 1;
  const full = report.profiles.flatMap((one) => profileLines(one, canvas));
  const fits = full.length + minOnCallLines <= height;
  const profiles = fits ? full : report.profiles.flatMap((one) => profileLines({ ...one, newest: null }, canvas));
  const room = Math.max(height - profiles.length, minOnCallLines);
  return [...profiles, ...onCallLines(report.profiles, canvas, room), ...spool].join("\n");
}

function profileLines(status: ProfileStatus, canvas: StatusCanvas): string[] {
  const { profile, open, acknowledged, newest, silenced, error } = status;
  const paint = canvas.color;
  const cut = (text: string): string => cutText(text, canvas.width);
  const name = cutText(profile, Math.floor(canvas.width / 2));
  if (open === null) {
    const line = cut(`${name}  NOT KNOWN: ${sanitizeCell(error ?? "")}`);
    return [paint === undefined ? line : paint.red.bold(line)];
  }
  const sum = open.high + open.medium + open.low;
  const parts = urgencies.flatMap((urgency) => (open[urgency] > 0 ? [`${open[urgency]} ${urgency}`] : []));
  const least = canvas.truncated.has(profile) ? "at least " : "";
  const others = (acknowledged ?? 0) > 0 ? `; ${acknowledged} acknowledged` : "";
  const first = cut(`${name}  ${least}${sum} open${sum > 0 ? `: ${parts.join(", ")}` : ""}${others}`);
  const lines = [paint === undefined || sum === 0 ? first : open.high > 0 ? paint.red(first) : paint.yellow(first)];
  if (newest !== null) {
    const age = shortAge(newest.createdAt, canvas.now);
    lines.push(
      cut(
        `${" ".repeat(indent)}newest ${age} ago, ${newest.urgency}: ${sanitizeCell(newest.title)} (${sanitizeCell(newest.id)})`,
      ),
    );
  }
  if (silenced !== null && silenced.length > 0) {
    const line = cut(`${" ".repeat(indent)}${silencedText(silenced, profile, canvas)}`);
    lines.push(paint === undefined ? line : paint.yellow(line));
  }
  if (error !== null) {
    const line = cut(`${" ".repeat(indent)}INCOMPLETE: ${sanitizeCell(error)}`);
    lines.push(paint === undefined ? line : paint.yellow(line));
  }
  return lines;
}

/** The silence of all alerts before one of some. */
function silencedText(silences: readonly Silence[], profile: string, { now, tz }: StatusCanvas): string {
  const [first, ...others] = [...silences].sort((a, b) => a.match.length - b.match.length);
  if (first === undefined) return "";
  const { until, service, match, reason } = first;
  // Of some vendors a silence has the id of its service alone.
  const whose = service === null || service.name === service.id ? "the service" : service.name;
  const what = match.length === 0 ? whose : `${match.join(" ")} of ${whose}`;
  const end = until === null ? "" : ` until ${clockTime(until, now, tz)}`;
  const more = others.length === 0 ? "" : `; ${others.length} more: onduty silences list -p ${profile}`;
  return sanitizeCell(`silenced${end}: ${what}${reason === null ? "" : ` (${reason})`}${more}`);
}

function onCallLines(profiles: readonly ProfileStatus[], canvas: StatusCanvas, room: number): string[] {
  const several = profiles.length > 1;
  const lines: { text: string; isGap?: boolean; isLoud: boolean }[] = [];
  for (const { profile, provider, oncall, state } of profiles) {
    const where = several ? `${profile}  ` : "";
    if (oncall === null && state === "unknown") continue;
    if (canvas.lackingOnCall.has(profile)) lines.push({ text: `${where}NOT KNOWN`, isLoud: true });
    else if (oncall === null)
      lines.push({ text: `${where}${provider} does not publish who is on call`, isLoud: false });
    for (const row of oncall ?? []) {
      const text = `${where}${onCallLine(row, canvas, canvas.width - margin - where.length)}`;
      lines.push({ text, isGap: row.gap, isLoud: row.gap || row.users.some((person) => canvas.isMe(person, profile)) });
    }
  }
  if (lines.length === 0) return [];
  const shown = lines.length <= room ? lines : loudFirst(lines, Math.max(room - 1, 1));
  const left = lines.length - shown.length;
  const texts = shown.map(({ text }) => text);
  const gaps = lines.filter((line) => line.isGap === true && !shown.includes(line)).length;
  const nobody = gaps === 0 ? "" : `, NOBODY on ${gaps}`;
  if (left > 0) texts.push(`${left} more${nobody}: onduty oncall${several ? " --all-profiles" : ""}`);
  return texts.map((line, index) => {
    const text = cutText(`${index === 0 ? "On call" : "       "}  ${line}`, canvas.width);
    return line.includes("NOBODY") && canvas.color !== undefined ? canvas.color.red(text) : text;
  });
}

/** As many as fit, in their order: what must not be missed, before the others. */
function loudFirst<Line extends { isLoud: boolean }>(lines: readonly Line[], room: number): Line[] {
  const ranked = [...lines.filter(({ isLoud }) => isLoud), ...lines.filter(({ isLoud }) => !isLoud)];
  const kept = new Set(ranked.slice(0, room));
  return lines.filter((line) => kept.has(line));
}

/** The most that fits: how far the change is, or who comes next, gives way before a name is cut. */
function onCallLine(row: OnCall, canvas: StatusCanvas, width: number): string {
  const { schedule, until, next, profile } = row;
  const nameOf = (person: OnCall["users"][number]): string =>
    `${sanitizeCell(personName(person))}${canvas.isMe(person, profile) ? " (you)" : ""}`;
  const change = until ?? next?.from ?? null;
  const [end, short] = [clockTime, shortClockTime].map((text) =>
    change === null ? "" : ` until ${text(change, canvas.now, canvas.tz)}`,
  );
  const after = next === null || next.users.length === 0 ? "" : `, then ${next.users.map(nameOf).join(", ")}`;
  const now = `${sanitizeCell(schedule.name)}: ${nobodyOr(row, nameOf) ?? "NOBODY"}`;
  const texts = [`${now}${end}${after}`, `${now}${short}${after}`, `${now}${end}`, `${now}${short}`];
  return texts.find((text) => stringWidth(text) <= width) ?? now;
}

function spoolLines({ pending, dead, oldestAt, error }: SpoolStatus, { now, width, color }: StatusCanvas): string[] {
  const lines: string[] = [];
  if (pending === null || dead === null) lines.push(`Spool    NOT KNOWN: ${sanitizeCell(error ?? "")}`);
  const age = oldestAt === null ? "" : `, the oldest for ${shortAge(oldestAt, now)}`;
  if (pending !== null && pending > 0)
    lines.push(`Spool    ${count(pending, "event")} not delivered${age}: onduty spool flush`);
  if (dead !== null && dead > 0) lines.push(`Spool    ${count(dead, "event")} refused: onduty spool list --dead`);
  return lines.map((line) => (color === undefined ? cutText(line, width) : color.yellow(cutText(line, width))));
}
