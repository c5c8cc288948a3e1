import { type Override, overrideFields } from "../model/override.ts";
import { personName } from "../model/person.ts";
import type { Shape } from "../output/shape.ts";
import { clockTime, shortClockTime } from "../output/time.ts";

export const overrideShape: Shape<Override> = {
  columns: [
    { header: "ID", value: ({ id }) => id },
    { header: "SCHEDULE", value: ({ schedule }) => schedule.name, cut: 2, leaves: 2 },
    {
      header: "FROM",
      value: ({ from }, now, tz) => clockTime(from, now, tz),
      narrow: ({ from }, _, now, tz) => shortClockTime(from, now, tz),
      pipe: ({ from }) => from,
      leaves: 1,
    },
    {
      header: "UNTIL",
      value: ({ until }, now, tz) => (until === null ? "no end" : clockTime(until, now, tz)),
      narrow: ({ until }, _, now, tz) => (until === null ? "no end" : shortClockTime(until, now, tz)),
      pipe: ({ until }) => until,
    },
    { header: "ON CALL", value: ({ users }) => namesOf(users), main: true, cut: 1 },
  ],
  fields: overrideFields,
  id: ({ id }) => id,
  empty: "No overrides.",
};

/** The names of people; `nobody` for none. */
export function namesOf(users: Override["users"]): string {
  return users.length === 0 ? "nobody" : users.map(personName).join(", ");
}
