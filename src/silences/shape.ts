import type { Silence } from "../model/silence.ts";
import type { Shape } from "../output/shape.ts";
import { clockTime, shortClockTime } from "../output/time.ts";

export const silenceShape: Shape<Silence> = {
  columns: [
    { header: "ID", value: ({ id }) => id },
    { header: "ACTIVE", value: ({ active }) => (active ? "yes" : "no") },
    {
      header: "UNTIL",
      value: ({ until }, now, tz) => (until === null ? "no end" : clockTime(until, now, tz)),
      narrow: ({ until }, _, now, tz) => (until === null ? "no end" : shortClockTime(until, now, tz)),
      pipe: ({ until }) => until,
    },
    { header: "SERVICE", value: ({ service }) => service?.name ?? null, cut: 3, leaves: 2 },
    {
      header: "MATCH",
      value: ({ match }) => (match.length === 0 ? "everything" : match.join(" ")),
      main: true,
      cut: 1,
    },
    { header: "REASON", value: ({ reason }) => reason, cut: 2, leaves: 1 },
  ],
  fields: ["id", "service", "match", "reason", "from", "until", "active", "provider", "profile"],
  id: ({ id }) => id,
  empty: "No silences.",
};
