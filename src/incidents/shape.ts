import { type Incident, type IncidentDetails, incidentDetailFields, incidentFields } from "../model/incident.ts";
import { personName } from "../model/person.ts";
import { compareCodes } from "../model/text.ts";
import type { Column, Shape } from "../output/shape.ts";
import type { Color } from "../output/streams.ts";
import { shortAge } from "../output/time.ts";

/** The seven columns of an incident, and its JSON fields. */
export const incidentShape = {
  columns: [
    { header: "ID", value: (incident) => incident.id, link: (incident) => incident.url, narrow: shortId },
    {
      header: "STATUS",
      value: (incident) => incident.status,
      narrow: ({ status }) => (status === "acknowledged" ? "acked" : status),
      style: styleByStatus,
    },
    { header: "URGENCY", value: (incident) => incident.urgency, style: styleByUrgency, leaves: 3 },
    { header: "TITLE", value: (incident) => incident.title, cut: 1, main: true },
    {
      header: "SERVICE",
      value: (incident) => incident.service && (incident.service.name || incident.service.id),
      cut: 3,
      leaves: 1,
    },
    { header: "ASSIGNEE", value: assignees, cut: 2, leaves: 2 },
    {
      header: "AGE",
      value: (incident, now) => shortAge(incident.createdAt, now),
      pipe: (incident) => incident.createdAt,
    },
  ] satisfies Column<Incident>[],
  fields: incidentFields,
  parts: { service: ["service.id", "service.name"], team: ["team.id", "team.name"] },
  id: (incident) => incident.id,
  empty: "No incidents match.",
} satisfies Shape<Incident>;

/** Characters of a short id at least. */
const minShortId = 6;

/** Characters of ids that distinguish all rows of a table. */
const shortLengths = new WeakMap<readonly Incident[], number>();

/** What commands take for the id too, in less space: the number, or the beginning that no other row has. */
function shortId({ id, number }: Incident, rows: readonly Incident[]): string {
  if (number && number.length < id.length) return number;
  const length = shortLengths.get(rows) ?? lengthApart(rows.map((row) => row.id));
  shortLengths.set(rows, length);
  return id.slice(0, length);
}

function lengthApart(ids: readonly string[]): number {
  const sorted = ids.toSorted(compareCodes);
  return sorted.reduce((longest, id, index) => {
    const next = sorted[index + 1];
    if (next === undefined || next === id) return longest;
    let same = 0;
    while (same < id.length && id[same] === next[same]) same += 1;
    return Math.max(longest, same + 1);
  }, minShortId);
}

/** The same with what `show` adds. */
export const incidentDetailShape: Shape<IncidentDetails> = { ...incidentShape, fields: incidentDetailFields };

function assignees(incident: Incident): string | null {
  const names = incident.assignees.map(personName);
  return names.length === 0 ? null : names.join(", ");
}

function styleByStatus(text: string, incident: Incident, color: Color): string {
  if (incident.status === "open") return color.red.bold(text);
  if (incident.status === "acknowledged") return color.yellow(text);
  return incident.status === "resolved" ? color.green(text) : color.dim(text);
}

function styleByUrgency(text: string, incident: Incident, color: Color): string {
  if (incident.urgency === "high") return color.red(text);
  return incident.urgency === "medium" ? color.yellow(text) : color.dim(text);
}
