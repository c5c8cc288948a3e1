import type { Incident } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { personName } from "../model/person.ts";

/** The incidents that a person narrows the table down to. What is hidden is still watched. */
export function narrow(rows: readonly Incident[], text: string): readonly Incident[] {
  const words = fold(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const found = fold(searchable(row));
    return words.every((word) => found.includes(word));
  });
}

function searchable({ id, number, title, status, urgency, service, assignees }: Incident): string {
  const names = assignees.map(personName);
  return [id, number ?? "", title, status, urgency, service?.name ?? "", service?.id ?? "", ...names].join("\n");
}
