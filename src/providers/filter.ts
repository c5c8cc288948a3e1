import { type Incident, type IncidentFilter, incidentStatuses, urgencies } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { compareCodes } from "../model/text.ts";

/**
 * Whether an incident matches a filter. Most servers apply the filter themselves; this check keeps the list right on a server
 * that ignores the parameters.
 */
export function matches(incident: Incident, filter: IncidentFilter): boolean {
  const { statuses, urgencies: wanted, services, team, assignee, labels = {}, since, until, query } = filter;
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
    Object.entries(labels).every(([name, value]) => incident.labels?.[name] === value) &&
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
  const rank = (incident: Incident): number => {
    switch (sort) {
      case "created":
        return Date.parse(incident.createdAt);
      case "updated":
        return Date.parse(incident.updatedAt ?? incident.createdAt);
      case "urgency":
        // Ascending goes from low to high.
        return -urgencies.indexOf(incident.urgency);
      case "status":
        return incidentStatuses.indexOf(incident.status);
    }
  };
  return (a, b) => sign * (rank(a) - rank(b)) || compareCodes(b.createdAt, a.createdAt) || compareCodes(a.id, b.id);
}
