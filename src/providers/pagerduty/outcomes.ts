import { type Incident, type IncidentAction, type ItemOutcome, type Person, pastTense } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import { failed } from "../outcome.ts";
import { asText } from "../wire.ts";
import type { Target } from "./levels.ts";
import { assigneesOf, lastChangeOf, type Row } from "./wire.ts";

/* The outcome of each incident of an action: without a request, and by the response to one. */

/** An incident before an action. */
export interface Before {
  incident: Incident;
  /** As the vendor returned it; absent of one that was listed a moment ago. */
  row?: Row;
}

/** The outcome of an incident that needs no request, or may not have one; undefined when it needs one. */
export function outcomeWithoutRequest({ incident, row }: Before, action: IncidentAction): ItemOutcome | undefined {
  const { id, status } = incident;
  const who = row === undefined ? { by: null, at: null } : lastChangeOf(row);
  const already: ItemOutcome = { id, outcome: "already", status, ...who, error: null, assignees: incident.assignees };
  const isResolved = status === "resolved";
  switch (action.verb) {
    // An acknowledgment of a resolved incident would reopen it, and assign it. Source: OpenAPI, since September 2025.
    case "acknowledge":
      return status === "open" ? undefined : already;
    case "resolve":
      return isResolved ? already : undefined;
    case "reopen":
      return isResolved ? undefined : already;
    case "comment":
      return undefined;
    case "update":
      return isChanged(incident, action.change) ? undefined : already;
    default:
  }
  if (isResolved) return { ...failed(id, "incident is resolved; reopen it first"), status, ...who };
  switch (action.verb) {
    case "unacknowledge":
      return status === "open" ? already : undefined;
    case "snooze":
      return status === "acknowledged" ? undefined : { ...failed(id, notAcknowledged), status };
    case "assign":
      return isAssigned(incident.assignees, action) ? { ...already, ...holders(incident.assignees) } : undefined;
    default:
      return undefined;
  }
}

/** Source: the vendor's error codes and support pages. */
export const notAcknowledged = "PagerDuty snoozes only what is acknowledged; acknowledge it first";

/** A priority is compared by its name; an id in place of it is sent. */
function isChanged(incident: Incident, change: Extract<IncidentAction, { verb: "update" }>["change"]): boolean {
  const { title, urgency, priority } = change;
  return (
    (title !== undefined && title !== incident.title) ||
    (urgency !== undefined && urgency !== incident.urgency) ||
    (priority !== undefined && priority.toLowerCase() !== incident.priority?.toLowerCase())
  );
}

function isAssigned(people: readonly Person[], { to, add }: { to: readonly Person[]; add?: boolean }): boolean {
  const ids = new Set(people.map(({ id }) => id));
  const wanted = new Set(to.map(({ id }) => id));
  return [...wanted].every((id) => ids.has(id)) && (add === true || ids.size === wanted.size);
}

function holders(people: readonly Person[]): Pick<ItemOutcome, "by" | "at"> {
  return { by: people.map(personName).join(", ") || null, at: null };
}

/** The outcome by the incident in the response. It is a failure when the incident contradicts the action. */
export function outcomeAfter(incident: Incident, row: Row, action: IncidentAction, target?: Target): ItemOutcome {
  const { id, status } = incident;
  const assignees = assigneesOf(row);
  const isAboutPeople = action.verb === "assign" || action.verb === "escalate";
  const who = isAboutPeople ? holders(assignees) : lastChangeOf(row);
  const problem = target === undefined ? contradictionOf(incident, action) : missed(row, target);
  const outcome: ItemOutcome = { id, outcome: pastTense[action.verb], status, ...who, error: null, assignees };
  return problem === undefined ? outcome : { ...outcome, outcome: "failed", error: problem };
}

/** Why an incident did not go to its target; undefined when it did, or when that cannot be seen. */
function missed(row: Row, { change, people }: Target): string | undefined {
  const assignees = assigneesOf(row);
  const policy = "escalation_policy" in change ? change.escalation_policy.id : undefined;
  const isElsewhere =
    policy === undefined
      ? people.size > 0 && !assignees.some(({ id }) => people.has(id))
      : asText(asObject(row.escalation_policy)?.id) !== policy;
  return isElsewhere ? `PagerDuty took it, but ${holders(assignees).by ?? "nobody"} has it` : undefined;
}

function contradictionOf(incident: Incident, action: IncidentAction): string | undefined {
  const { status, assignees } = incident;
  const but = (what: string): string => `PagerDuty took it, but ${what}`;
  switch (action.verb) {
    case "acknowledge":
      return status === "open" ? but("it is open") : undefined;
    case "resolve":
      return status === "resolved" ? undefined : but(`it is ${status}`);
    case "unacknowledge":
      return status === "acknowledged" ? "PagerDuty kept it acknowledged" : undefined;
    case "reopen":
      return status === "resolved" ? but("it is resolved") : undefined;
    case "snooze":
      return status === "acknowledged" ? undefined : but(`it is ${status}`);
    case "assign":
      return isAssigned(assignees, { ...action, add: true })
        ? undefined
        : but(`${holders(assignees).by ?? "nobody"} has it`);
    default:
      return undefined;
  }
}

/** The outcome of an action that `--dry-run` did not send. */
export function notSent({ incident }: Before, action: IncidentAction): ItemOutcome {
  const { id, status } = incident;
  return { id, outcome: pastTense[action.verb], status, by: null, at: null, error: null };
}
