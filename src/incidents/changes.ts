import type { Incident } from "../model/incident.ts";
import type { Shape } from "../output/shape.ts";

/** Something that happened to an incident between two looks at it. */
export interface Change {
  change: "opened" | "acknowledged" | "resolved" | "updated";
  /** When, as far as the vendor tells; ISO 8601 UTC. */
  at: string | null;
  incident: Incident;
}

/**
 * What happened between two looks, in its order: also what came and went in between, as far as the incident's times tell. `before` is
 * undefined for one that was not there.
 */
export function changesBetween(before: Incident | undefined, after: Incident): Change[] {
  const changes: Change[] = [];
  const add = (change: Change["change"], at: string | null): void => void changes.push({ change, at, incident: after });
  if (before === undefined) add("opened", after.createdAt);
  const wasResolved = before?.status === "resolved";
  const isResolved = after.status === "resolved";
  // Opened again: what it was acknowledged for before does not count.
  if (wasResolved && !isResolved) add("opened", after.updatedAt);
  const acknowledged =
    after.status === "acknowledged"
      ? before?.status !== "acknowledged"
      : isResolved && isNewer(after, before, "acknowledgedAt");
  if (acknowledged && !(wasResolved && isResolved)) add("acknowledged", after.acknowledgedAt ?? after.updatedAt);
  if (isResolved && !wasResolved) add("resolved", after.resolvedAt ?? after.updatedAt);
  if (changes.length === 0 && before !== undefined && !same(before, after)) add("updated", after.updatedAt);
  return changes;
}

function isNewer(after: Incident, before: Incident | undefined, field: "acknowledgedAt"): boolean {
  const was = before?.status === "acknowledged" ? (before[field] ?? "") : "";
  return before?.status !== "acknowledged" && after[field] !== null && after[field] !== was;
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
  fields: ["change", "at", "incident"],
};
