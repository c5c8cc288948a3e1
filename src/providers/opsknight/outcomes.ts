import { unsupported, usageError } from "../../errors.ts";
import { type CommandProfile, forProfile } from "../../model/command-line.ts";
import type { Incident, IncidentAction, IncidentStatus, ItemOutcome, Outcome } from "../../model/incident.ts";
import { personName } from "../../model/person.ts";
import type { SideEffect } from "../provider.ts";

/* What an action does and leads to, without a request. */

/** The status that a verb sets, and its name in requests. */
export const targets: Record<string, { word: string; status: IncidentStatus }> = {
  acknowledge: { word: "ACKNOWLEDGED", status: "acknowledged" },
  unacknowledge: { word: "OPEN", status: "open" },
  resolve: { word: "RESOLVED", status: "resolved" },
  reopen: { word: "OPEN", status: "open" },
  snooze: { word: "SNOOZED", status: "snoozed" },
  suppress: { word: "SUPPRESSED", status: "suppressed" },
};

/**
 * Source: the reference's `PATCH`, which takes status, urgency and assignee; 1.3.1 ignores anything else.
 *
 * @throws {CliError} `usage` for an action that the vendor lacks
 */
export function checkAction(action: IncidentAction): void {
  if (action.verb === "comment")
    throw unsupported("opsknight", "comments on incidents", "onduty incidents open ID shows its page");
  if (action.verb === "escalate") throw unsupported("opsknight", "escalation by hand", "--to me");
  if (action.verb === "assign" && action.add === true)
    throw unsupported("opsknight", "place for a second assignee of an incident", "leave out --add");
  if (action.note !== undefined) throw unsupported("opsknight", "notes on incidents", "leave out --note");
  if (action.verb === "snooze" && action.forMs !== undefined)
    throw usageError("opsknight takes no duration for a snooze", "leave out --for");
  if (action.verb !== "update") return;
  if (action.change.fields !== undefined || action.change.rawFields !== undefined)
    throw unsupported("opsknight", "custom fields of incidents", "leave out --field");
  for (const name of ["title", "description", "priority"] as const)
    if (action.change[name] !== undefined) throw usageError(`opsknight cannot change the ${name} of an incident`);
}

/** Maximum number of ids to name in a line. */
const maxNamedIds = 5;

/**
 * A snooze by API has no end, and only a person or an acknowledgment ends it; OPEN runs the escalation at once. Source: a
 * running server of 2026-08.
 */
export function sideEffect(
  { verb }: IncidentAction,
  ids: readonly string[],
  profile: CommandProfile,
): SideEffect | undefined {
  const [it, itself] = ids.length === 1 ? ["it", "itself"] : ["them", "themselves"];
  if (verb === "snooze") {
    const asleep = `OpsKnight does not wake ${it} by ${itself}`;
    const named = ids.length > maxNamedIds ? "ID..." : ids.join(" ");
    return { text: `${asleep}: ${forProfile(`onduty incidents reopen ${named}`, profile)}`, question: asleep };
  }
  if (verb === "unacknowledge" || verb === "reopen")
    return { text: "OpsKnight pages whoever is on call again, at once" };
  return undefined;
}

/** The outcome when no request is needed, or when the request would undo another action; else undefined. */
export function outcomeWithoutRequest(before: Incident, action: IncidentAction): ItemOutcome | undefined {
  const { verb } = action;
  if (verb === "assign") {
    const [wanted] = action.to;
    const isAssigned = before.assignees.some(({ id }) => id === wanted?.id);
    return isAssigned || (wanted === undefined && before.assignees.length === 0)
      ? toOutcome(before, "already", verb)
      : undefined;
  }
  if (verb === "update")
    return before.urgency === action.change.urgency ? toOutcome(before, "already", verb) : undefined;
  const target = targets[verb];
  if (target?.status === before.status) return toOutcome(before, "already", verb);
  // `reopen` also ends a snooze and a suppression. An acknowledgment is taken back with `unacknowledge`.
  if (before.status === "acknowledged" && verb === "reopen") return toOutcome(before, "already", verb);
  if (before.status === "resolved" && verb !== "reopen" && verb !== "resolve")
    return refused(before, `it is resolved; this would reopen it`);
  if (verb === "unacknowledge" && before.status !== "acknowledged")
    return refused(before, `it is ${before.status}, not acknowledged`);
  return undefined;
}

/** Why the response shows that the change was not made: a server may accept a change without making it. */
export function contradictionOf({ status, assignees, urgency }: Incident, action: IncidentAction): string | undefined {
  const prefix = "the server took the change, but";
  const wanted = targets[action.verb]?.status;
  if (wanted !== undefined && status !== wanted) return `${prefix} it is ${status}`;
  if (action.verb === "update" && action.change.urgency !== undefined && urgency !== action.change.urgency)
    return `${prefix} its urgency is ${urgency}`;
  const [person] = assignees;
  if (action.verb === "assign" && person !== undefined && !assignees.some(({ id }) => id === action.to[0]?.id))
    return `${prefix} ${person.name ?? person.id} has it`;
  return undefined;
}

/** The vendor does not report who changed a status: only an assignment has a name, and it has no time. */
export function toOutcome(incident: Incident, outcome: Outcome, verb: IncidentAction["verb"]): ItemOutcome {
  const { id, status, assignees, title } = incident;
  const [person] = assignees;
  if (verb === "assign") {
    const by = person === undefined ? null : personName(person);
    return { id, outcome, status, by, at: null, error: null, assignees, title };
  }
  const at = status === "resolved" ? incident.resolvedAt : status === "acknowledged" ? incident.acknowledgedAt : null;
  return { id, outcome, status, by: null, at, error: null, assignees, title };
}

export function refused({ id, status, resolvedAt, title }: Incident, error: string): ItemOutcome {
  return { id, outcome: "failed", status, by: null, at: resolvedAt, error, title };
}
