import { type Incident, type IncidentFilter, incidentStatuses, urgencies } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { compareCodes } from "../model/text.ts";

/**
 * Whether an incident matches a filter. Most servers apply the filter themselves; this check keeps the list right on a server
 * that ignores the parameters.
 */
export function matches(incident: Incident, filter: IncidentFilter): boolean {
  const { statuses, urgencies: wanted, services, team, assignee, labels, since, until, query } = filter;
  const created = since === undefined && until === undefined ? 0 : Date.parse(incident.createdAt);
  return (
    (statuses.length === 0 || statuses.includes(incident.status)) &&
    (wanted.length === 0 || wanted.includes(incident.urgency)) &&
    (services.length === 0 || services.includes(incident.service?.id ?? "")) &&
    (team === undefined || incident.team?.id === team) &&
    (assignee === undefined ||
      incident.assignees.some(
        ({ id, email }) => id === assignee || (email !== null && fold(email) === fold(assignee)),
      )) &&
    (labels === undefined || Object.entries(labels).every(([name, value]) => incident.labels?.[name] === value)) &&
    // An incident with an unreadable time has that of the epoch: it may be new, and must not be hidden.
    (since === undefined || created === 0 || created >= since.getTime()) &&
    (until === undefined || created < until.getTime()) &&
    (query === undefined || fold(`${incident.title}\n${incident.description ?? ""}`).includes(fold(query)))
  );
}

/** A comparison by the requested order; equal incidents go newest first, then by id. */
export function comparison({
  sort,
  order,
}: Pick<IncidentFilter, "sort" | "order">): (a: Incident, b: Incident) => number {
  const sign = order === "asc" ? 1 : -1;
  const compare = (a: Incident, b: Incident): number => {
    switch (sort) {
      case "created":
        return compareTimes(a.createdAt, b.createdAt);
      case "updated":
        return compareTimes(a.updatedAt ?? a.createdAt, b.updatedAt ?? b.createdAt);
      case "urgency":
        // Ascending goes from low to high.
        return urgencies.indexOf(b.urgency) - urgencies.indexOf(a.urgency);
      case "status":
        return incidentStatuses.indexOf(a.status) - incidentStatuses.indexOf(b.status);
    }
  };
  return (a, b) => sign * compare(a, b) || compareCodes(b.createdAt, a.createdAt) || compareCodes(a.id, b.id);
}

/** Compares two times. In their usual form they are not read: a long list would spend more time on that than on all else. */
function compareTimes(a: string, b: string): number {
  return isUsual(a) && isUsual(b) ? compareCodes(a, b) : Date.parse(a) - Date.parse(b);
}

/** Whether a time in ISO 8601 has a year of four digits, milliseconds and the `Z` of UTC. */
function isUsual(time: string): boolean {
  return time.length === 24 && time[23] === "Z";
}
