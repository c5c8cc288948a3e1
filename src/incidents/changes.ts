import type { Incident } from "../model/incident.ts";
import type { Shape } from "../output/shape.ts";

/** A change of an incident between two snapshots. */
export interface Change {
  change: "opened" | "acknowledged" | "resolved" | "updated";
  /** When, if the vendor reports it; ISO 8601 UTC. */
  at: string | null;
  profile: string;
  incident: Incident;
}

/**
 * The changes between two snapshots, in order, with short-lived ones in between, as far as the incident's times show
 * them. `before` is undefined for a new incident.
 */
export function changesBetween(before: Incident | undefined, after: Incident): Change[] {
  const changes: Change[] = [];
  const add = (change: Change["change"], at: string | null): void =>
    void changes.push({ change, at, profile: after.profile, incident: after });
  if (before === undefined) add("opened", after.createdAt);
  const wasResolved = before?.status === "resolved";
  const isResolved = after.status === "resolved";
  // The incident was reopened: its earlier acknowledgment does not count.
  if (wasResolved && !isResolved) add("opened", after.updatedAt);
  const acknowledged = isNewlyAcknowledged(before, after);
  if (acknowledged && !(wasResolved && isResolved)) add("acknowledged", after.acknowledgedAt ?? after.updatedAt);
  if (isResolved && !wasResolved) add("resolved", after.resolvedAt ?? after.updatedAt);
  if (changes.length === 0 && before !== undefined && !same(before, after)) add("updated", after.updatedAt);
  return changes;
}

/** By the time, if the vendor reports one: it stays through a snooze, and an acknowledgment is reported once. */
function isNewlyAcknowledged(before: Incident | undefined, { status, acknowledgedAt }: Incident): boolean {
  if (before?.status === "acknowledged") return false;
  if (acknowledgedAt === null) return status === "acknowledged";
  return (status === "acknowledged" || status === "resolved") && acknowledgedAt !== before?.acknowledgedAt;
}

/** Whether everything that a person would call a change is the same. */
function same(a: Incident, b: Incident): boolean {
  const comparable = ({
    status,
    urgency,
    severity,
    priority,
    title,
    description,
    service,
    team,
    assignees,
  }: Incident): string =>
    JSON.stringify([
      status,
      urgency,
      severity,
      priority,
      title,
      description,
      service?.id,
      team?.id,
      assignees.map(({ id }) => id).sort(),
    ]);
  return comparable(a) === comparable(b);
}

export const changeShape: Shape<Change> = {
  columns: [],
  fields: ["change", "at", "profile", "incident"],
};
