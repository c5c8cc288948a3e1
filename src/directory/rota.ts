import type { Shift } from "../model/oncall.ts";
import { personName } from "../model/person.ts";
import { fromWallClock, wallClock } from "../model/wall-clock.ts";
import { cutText, stringWidth } from "../output/fit.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { resolveZone } from "../output/time.ts";

export interface RotaCanvas {
  /** Columns. */
  width: number;
  from: Date;
  until: Date;
  now: Date;
  tz?: string | undefined;
  color?: Color | undefined;
  /** Whether a person is the user of the profile. */
  isMe(person: Shift["users"][number], profile: string): boolean;
}

const dayMs = 86_400_000;
const gapMark = "·";
/** For people beyond all letters. */
const noLetter = "?";
/** Columns of a day, a blank behind it included. */
const widest = 25;
const narrowest = 3;

interface Day {
  label: string;
  /** Milliseconds. A day on which clocks change has 23 or 25 hours. */
  start: number;
  end: number;
}

/** One line for each schedule, a letter for each person, over as many days as fit. */
export function rotaText(shifts: readonly Shift[], canvas: RotaCanvas): string {
  const schedules = new Map<string, Shift[]>();
  for (const shift of shifts) {
    const key = `${shift.profile} ${shift.schedule.id}`;
    schedules.set(key, [...(schedules.get(key) ?? []), shift]);
  }
  const names = [...schedules.values()].map(([first]) => sanitizeCell(first?.schedule.name ?? ""));
  const nameWidth = Math.min(Math.max(...names.map(stringWidth), 8), Math.floor(canvas.width / 4));
  const room = canvas.width - nameWidth - 2;
  const all = daysOf(canvas);
  const perDay = Math.max(narrowest, Math.min(widest, Math.floor(room / all.length)));
  const days = all.slice(0, Math.max(1, Math.floor(room / perDay)));
  const letters = lettersOf(shifts);
  const lead = " ".repeat(nameWidth + 2);
  const lines = [`${lead}${days.map(({ label }) => cutText(label, perDay - 1).padEnd(perDay)).join("")}`.trimEnd()];
  const hasSeveral = new Set(shifts.map(({ profile }) => profile)).size > 1;
  let profile: string | undefined;
  [...schedules.values()].forEach((own, index) => {
    if (hasSeveral && own[0]?.profile !== profile) {
      profile = own[0]?.profile;
      lines.push(cutText(sanitizeCell(profile ?? ""), canvas.width));
    }
    const name = cutText(names[index] ?? "", nameWidth);
    const cells = days.map((day) => drawDay(own, day, perDay - 1, letters, canvas)).join(" ");
    lines.push(`${name}${" ".repeat(nameWidth - stringWidth(name) + 2)}${cells}`.trimEnd());
  });
  const mark = markOf(days, perDay, canvas.now);
  if (mark !== undefined) lines.push(`${lead}${" ".repeat(mark)}^ now`);
  lines.push("", ...legendOf(letters, shifts, canvas));
  const left = all.length - days.length;
  if (left > 0) lines.push(`${left} more days do not fit: --output json`);
  return lines.join("\n");
}

/** What the marks mean, in lines that break between two of them. */
function legendOf(letters: ReadonlyMap<string, Letter>, shifts: readonly Shift[], canvas: RotaCanvas): string[] {
  const own = [...letters].filter(([, { letter }]) => letter !== noLetter);
  const others = letters.size - own.length;
  const items = [
    ...own.map(([name, { letter, isMine }]) => `${letter} ${name}${isMine(canvas) ? " (you)" : ""}`),
    ...(others > 0 ? [`${noLetter} ${others} others: onduty schedules shifts`] : []),
    ...(shifts.some(({ gap }) => gap) ? [`${gapMark} nobody`] : []),
  ];
  const lines: string[] = [];
  for (const item of items) {
    const longer = lines.length === 0 ? item : `${lines.at(-1)}   ${item}`;
    if (lines.length > 0 && stringWidth(longer) <= canvas.width) lines[lines.length - 1] = longer;
    else lines.push(cutText(item, canvas.width));
  }
  return lines;
}

interface Letter {
  letter: string;
  isMine(canvas: RotaCanvas): boolean;
}

/** A letter for each name: its first one that is free, else one that is nobody's own. */
function lettersOf(shifts: readonly Shift[]): Map<string, Letter> {
  const letters = new Map<string, Letter>();
  const used = new Set<string>();
  const people = shifts.flatMap(({ users, profile }) =>
    users.map((person) => ({ person, profile, name: sanitizeCell(personName(person)) })),
  );
  // A name without a letter of one column takes none that is another's own.
  for (const candidatesOf of [ownLetters, () => [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", noLetter]])
    for (const { person, profile, name } of people) {
      const letter = candidatesOf(name).find((one) => stringWidth(one) === 1 && (one === noLetter || !used.has(one)));
      if (letter === undefined || letters.has(name)) continue;
      used.add(letter);
      letters.set(name, { letter, isMine: (canvas) => canvas.isMe(person, profile) });
    }
  return letters;
}

/** Without those of scripts that run from right to left, which would turn the order of the hours around. */
function ownLetters(name: string): string[] {
  return [...name.toUpperCase().replaceAll(/[^\p{L}]|[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/gu, "")];
}

function daysOf({ from, until, tz }: RotaCanvas): Day[] {
  const zone = resolveZone(tz);
  const wall = wallClock(from, zone);
  const first = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  const days: Day[] = [];
  for (let day = first; ; day += dayMs) {
    const start = fromWallClock(day, zone).getTime();
    if (start >= until.getTime()) return days;
    const weekday = new Date(day).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
    days.push({
      label: `${weekday} ${new Date(day).getUTCDate()}`,
      start,
      end: fromWallClock(day + dayMs, zone).getTime(),
    });
  }
}

function drawDay(
  shifts: readonly Shift[],
  { start, end }: Day,
  cells: number,
  letters: Map<string, Letter>,
  canvas: RotaCanvas,
): string {
  const { color, from, until } = canvas;
  const text = Array.from({ length: cells }, (_, index) => {
    const at = start + ((index + 0.5) * (end - start)) / cells;
    if (at < from.getTime() - (end - start) / cells || at > until.getTime()) return " ";
    const shift =
      shifts.find((one) => one.gap && isWithin(middleOf(one), at, (end - start) / cells)) ??
      shifts.find((one) => Date.parse(one.from) <= at && at < Date.parse(one.until));
    if (shift === undefined) return " ";
    const [person] = shift.users;
    const letter = person === undefined ? undefined : letters.get(sanitizeCell(personName(person)));
    if (shift.gap || letter === undefined) return color === undefined ? gapMark : color.red(gapMark);
    return color !== undefined && letter.isMine(canvas) ? color.green.bold(letter.letter) : letter.letter;
  });
  return text.join("");
}

/** Where a shift is drawn at least: however short a gap is, it is seen. */
function middleOf({ from, until }: Shift): number {
  return (Date.parse(from) + Date.parse(until)) / 2;
}

/** Whether a time belongs to the cell around another. Milliseconds. */
function isWithin(time: number, middle: number, width: number): boolean {
  return middle - width / 2 <= time && time < middle + width / 2;
}

/** The column of the present moment behind the names. */
function markOf(days: readonly Day[], perDay: number, now: Date): number | undefined {
  const index = days.findIndex(({ start, end }) => start <= now.getTime() && now.getTime() < end);
  const day = days[index];
  if (day === undefined) return undefined;
  return index * perDay + Math.floor(((now.getTime() - day.start) / (day.end - day.start)) * (perDay - 1));
}
