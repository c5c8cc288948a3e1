import { CliError } from "../errors.ts";
import type { Reference } from "./incident.ts";
import type { OnCallAnswer } from "./oncall.ts";

/** A text as it is compared: in any case, and however its accents are composed. */
export function fold(text: string): string {
  // In this order: "J̌" is two characters in every composition, "ǰ" is not.
  return text.toLowerCase().normalize("NFC");
}

/** The candidates for a reference, and how well they match. */
export interface Match<Thing> {
  /** Empty when nothing matches; several when the reference is ambiguous. */
  things: readonly Thing[];
  by: "id" | "name" | "beginning";
}

/** The candidate with this id, else those with this name, else those whose name begins with it. */
export function match<Thing extends Pick<Reference, "id" | "name">>(word: string, all: readonly Thing[]): Match<Thing> {
  const byId = all.find(({ id }) => id === word);
  if (byId !== undefined) return { things: [byId], by: "id" };
  const wanted = fold(word.trim());
  const named = all.map((thing) => ({ thing, name: fold(thing.name.trim()) }));
  const exact = named.filter(({ name }) => name === wanted);
  const near = exact.length > 0 ? exact : named.filter(({ name }) => name.startsWith(wanted));
  return { things: near.map(({ thing }) => thing), by: exact.length > 0 ? "name" : "beginning" };
}

/**
 * The schedules of references, or all without references, and a failure for each reference that matches none: one typing error
 * must not hide who is on call on the other schedules.
 *
 * @throws {CliError} `usage` when a reference is ambiguous
 */
export function findSchedules<Schedule extends Reference>(
  words: readonly string[],
  all: readonly Schedule[],
): { found: Schedule[]; missing: OnCallAnswer[] } {
  if (words.length === 0) return { found: [...all], missing: [] };
  const found = new Set<Schedule>();
  const missing: OnCallAnswer[] = [];
  for (const word of words) {
    const schedule = findSchedule(word, all);
    if (schedule === undefined) missing.push({ schedule: word, error: noSchedule(word, all) });
    else found.add(schedule);
  }
  return { found: [...found], missing };
}

function findSchedule<Schedule extends Reference>(word: string, all: readonly Schedule[]): Schedule | undefined {
  const { things } = match(word, all);
  if (things.length < 2) return things[0];
  const candidates = things.map(({ id, name }) => `${name} (${id})`).join(", ");
  throw new CliError("usage", `"${word}" could be ${things.length} schedules: ${candidates}`, {
    hint: `onduty oncall ${things[0]?.id}`,
  });
}

function noSchedule(word: string, all: readonly Reference[]): CliError {
  const known = all.slice(0, 10).map(({ name }) => name);
  const others = known.length > 0 ? `; known: ${known.join(", ")}` : "";
  return new CliError("notFound", `unknown schedule "${word}"${others}`, { hint: "onduty oncall" });
}
