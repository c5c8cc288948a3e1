import { CliError } from "../errors.ts";
import type { OnCallAnswer, ScheduleReference } from "./oncall.ts";

/**
 * The schedules meant by ids, exact names, or the only name that starts so; all of them when nothing is asked for.
 *
 * @throws {CliError} `usage` when a word could be several, `notFound` when it is none
 */
export function chooseSchedules<Schedule extends Pick<ScheduleReference, "id" | "name">>(
  words: readonly string[],
  all: readonly Schedule[],
): Schedule[] {
  if (words.length === 0) return [...all];
  const chosen = words.map((word) => {
    const wanted = word.toLowerCase();
    const exact = all.filter(({ id, name }) => id === word || name.toLowerCase() === wanted);
    const near = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().startsWith(wanted));
    const [one, other] = near;
    if (one === undefined) {
      const known = all.slice(0, 10).map(({ name }) => name);
      throw new CliError(
        "notFound",
        `there is no schedule "${word}"${known.length > 0 ? `; there is ${known.join(", ")}` : ""}`,
        { hint: "onduty oncall" },
      );
    }
    if (other !== undefined) {
      const candidates = near.map(({ id, name }) => `${name} (${id})`).join(", ");
      throw new CliError("usage", `"${word}" could be ${near.length} schedules: ${candidates}`, {
        hint: `onduty oncall ${one.id}`,
      });
    }
    return one;
  });
  return [...new Set(chosen)];
}

/** The schedules meant, and an answer for each word that means none: one slip of the pen must not hide who is on call on the others. */
export function findSchedules<Schedule extends Pick<ScheduleReference, "id" | "name">>(
  words: readonly string[],
  all: readonly Schedule[],
): { found: Schedule[]; missing: OnCallAnswer[] } {
  if (words.length === 0) return { found: [...all], missing: [] };
  const found = new Set<Schedule>();
  const missing: OnCallAnswer[] = [];
  for (const word of words) {
    try {
      for (const schedule of chooseSchedules([word], all)) found.add(schedule);
    } catch (error) {
      if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
      missing.push({ schedule: word, error });
    }
  }
  return { found: [...found], missing };
}
