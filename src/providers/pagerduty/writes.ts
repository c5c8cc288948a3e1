import { unsupported, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, IncidentChange, Person } from "../../model/incident.ts";
import { asText } from "../wire.ts";
import { type Row, readRows } from "./wire.ts";

/* Actions on PagerDuty's incidents: their checks, and the bodies of their requests. Source: OpenAPI. */

const maxSnoozeSeconds = 604_800;
/** Of an incident; the vendor names no limit. */
export const maxAssignees = 100;

/** Milliseconds as seconds, rounded. */
export function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** @throws {CliError} `usage` on an action that the vendor lacks, and on values that it refuses */
export function checkAction(action: IncidentAction): void {
  const { rootCause, impact } = action.verb === "update" ? action.change : ("form" in action && action.form) || {};
  if (rootCause !== undefined || impact !== undefined)
    throw unsupported("pagerduty", "root cause and impact of incidents", "--note TEXT, or --field NAME=VALUE");
  switch (action.verb) {
    case "suppress":
      throw unsupported("pagerduty", "suppressed incidents", "a maintenance window silences a service");
    case "snooze":
      if (action.forMs === undefined) throw usageError("pagerduty needs to know how long to snooze", "--for 4h");
      if (secondsOf(action.forMs) > maxSnoozeSeconds)
        throw usageError("pagerduty snoozes for a week at most", "--for 7d");
      return;
    case "assign":
      if (action.to.length === 0)
        throw usageError("pagerduty cannot take an incident away from everybody", "--to another person");
      return;
    case "update":
      checkChange(action.change);
      return;
    default:
  }
}

function checkChange({ description, urgency, title }: IncidentChange): void {
  if (description !== undefined) throw usageError("pagerduty cannot change the description of an incident");
  if (title?.trim() === "") throw usageError("the title is empty");
  checkUrgency(urgency);
}

/** @throws {CliError} `usage` on an urgency that the vendor lacks */
export function checkUrgency(urgency: string | undefined): void {
  if (urgency === "medium") throw usageError("pagerduty has no urgency between high and low", "--urgency high");
}

/** The part of a request about one incident, besides its id. `current` are its assignees. */
export type Change = (current: readonly Person[]) => Record<string, unknown>;

/** The change of an action that is one, looked up where it has to be; undefined for one with a route of its own. */
export async function changeOf(http: HttpClient, action: IncidentAction): Promise<Change | undefined> {
  switch (action.verb) {
    case "acknowledge":
      return () => ({ status: "acknowledged" });
    case "unacknowledge":
    case "reopen":
      return () => ({ status: "triggered" });
    case "resolve":
      // The vendor shows a resolution in its log only, so that the note is also added as one.
      return () => ({ status: "resolved", ...(action.note !== undefined && { resolution: action.note }) });
    case "assign": {
      const { to, add } = action;
      return (current) => ({ assignments: assignmentsOf(add === true ? [...current, ...to] : to) });
    }
    case "update": {
      const { title, urgency, priority } = action.change;
      const reference = priority === undefined ? undefined : await findPriority(http, priority);
      return () => ({
        ...(title !== undefined && { title }),
        ...(urgency !== undefined && { urgency }),
        ...(reference !== undefined && { priority: reference }),
      });
    }
    default:
      return undefined;
  }
}

export function assignmentsOf(people: readonly Person[]): object[] {
  return [...new Set(people.map(({ id }) => id))].map((id) => ({ assignee: { id, type: "user_reference" } }));
}

/**
 * The priority with this name or id: a request takes a reference.
 *
 * @throws {CliError} `usage` when the account has none of this name
 */
export async function findPriority(http: HttpClient, word: string): Promise<{ id: string; type: string }> {
  const { rows } = readRows(await http.request("GET /priorities"), "priorities", "GET /priorities");
  const names = rows.map((row) => asText(row.name) ?? asText(row.summary) ?? "");
  const wanted = word.trim().toLowerCase();
  const found = rows.find((row: Row, index) => asText(row.id) === word || names[index]?.toLowerCase() === wanted);
  const id = asText(found?.id);
  if (id !== null) return { id, type: "priority_reference" };
  throw usageError(`unknown priority "${word}"; the account has ${names.join(", ") || "none"}`);
}
