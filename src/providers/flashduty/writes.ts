import { CliError, unsupported, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { HttpResponse, Route } from "../../http/request.ts";
import type { IncidentAction, IncidentChange, IncidentForm, Person, StatusVerb } from "../../model/incident.ts";
import { enumerate } from "../../model/text.ts";
import type { Level } from "./escalation.ts";
import { numericId } from "./ids.ts";
import { checkLength, checkTitle, limits } from "./limits.ts";
import { send } from "./send.ts";
import { severityOf } from "./wire.ts";

/* Actions on Flashduty's incidents: their checks and their requests. */

/** A change in the vendor's terms: custom fields have the values to send. */
export interface FlashdutyChange extends Omit<IncidentChange, "fields" | "rawFields"> {
  fields?: Record<string, unknown>;
}

/** A form in the vendor's terms. */
export interface FlashdutyForm extends Omit<IncidentForm, "fields"> {
  fields?: Record<string, unknown>;
}

/** An action as the vendor knows it: a snoozed incident is woken, not reopened, and escalated to a certain level. */
export type FlashdutyAction =
  | Exclude<IncidentAction, { verb: "escalate" | "update" | StatusVerb }>
  | { verb: StatusVerb; form?: FlashdutyForm; note?: string }
  | { verb: "update"; change: FlashdutyChange; note?: string }
  | { verb: "wake"; note?: string }
  | { verb: "escalate"; level: Level; note?: string };

/** Routes of the verbs that take a list of ids. Source: OpenAPI. */
const routes = {
  acknowledge: "POST /incident/ack",
  unacknowledge: "POST /incident/unack",
  resolve: "POST /incident/resolve",
  reopen: "POST /incident/reopen",
  snooze: "POST /incident/snooze",
  wake: "POST /incident/wake",
  assign: "POST /incident/assign",
  comment: "POST /incident/comment",
} as const;

/** The default is ours. Source of the maximum: OpenAPI. */
const defaultSnoozeMinutes = 120;
const maxSnoozeMinutes = 1440;

/** Maximum of people in one assignment. Source: OpenAPI. */
export const maxAssignees = 100;

/** @throws {CliError} `usage` on an action that the vendor lacks, and on values that it refuses */
export function checkAction(action: IncidentAction): void {
  if (action.verb === "suppress") throw unsupported("flashduty", "suppressed incidents", "onduty incidents snooze");
  if (action.verb === "snooze" && action.forMs !== undefined) {
    const minutes = Math.ceil(action.forMs / 60_000);
    if (minutes > maxSnoozeMinutes) throw usageError("flashduty snoozes for 24 hours at most", "--for 24h");
  }
  if (action.note !== undefined) checkLength("note", action.note, limits.note);
  if (action.verb === "assign" && action.to.length === 0)
    throw usageError("flashduty cannot take an incident away from everybody", "--to another person");
  if (action.verb === "assign") personIds(action.to);
  if (action.verb === "update" && action.change.priority !== undefined)
    throw unsupported("flashduty", "priorities of incidents", "--urgency");
  const { rootCause, impact } = action.verb === "update" ? action.change : ("form" in action && action.form) || {};
  if (rootCause !== undefined) checkLength("root cause", rootCause, limits.rootCause);
  if (impact !== undefined) checkLength("impact", impact, limits.impact);
  if (action.verb !== "update") return;
  const { title, description } = action.change;
  if (title !== undefined) checkTitle(title);
  if (description !== undefined) checkLength("description", description, limits.description);
}

/** The ids of people, each once. @throws {CliError} `usage` on a text that is no id */
export function personIds(people: readonly Person[]): number[] {
  return [...new Set(people.map(({ id }) => numericId(id, "a person", "onduty users list")))];
}

/** Sends an action. The vendor reports no result per id. Returns false when `--dry-run` kept the request from being sent. */
export async function post(http: HttpClient, ids: string[], action: FlashdutyAction): Promise<boolean> {
  let sent = true;
  const sendOne = async (route: Route, body: object, idempotent = true): Promise<void> => {
    const { attempts } = await send(http, route, { body, idempotent });
    if (attempts === 0) sent = false;
  };
  if (action.verb === "update") {
    // These routes take a single id.
    for (const id of ids) await update(id, action.change, sendOne);
    return sent;
  }
  if (action.verb === "assign" && action.add === true) {
    const person_ids = personIds(action.to);
    for (const id of ids) await sendOne("POST /incident/responder/add", { incident_id: id, person_ids });
    return sent;
  }
  if (action.verb === "suppress" || action.verb === "escalate") throw unsupported("flashduty", action.verb);
  const impact = "form" in action ? action.form?.impact : undefined;
  // The request of a status has no place for it.
  if (impact !== undefined) for (const id of ids) await sendOne("POST /incident/reset", { incident_id: id, impact });
  // A repeat would add the comment a second time.
  await sendOne(routes[action.verb], { incident_ids: ids, ...partsOf(action) }, action.verb !== "comment");
  return sent;
}

/** Changes one incident. A failure names the field, and what was changed before it. */
async function update(
  id: string,
  { fields = {}, ...texts }: FlashdutyChange,
  sendOne: (route: Route, body: object) => Promise<void>,
): Promise<void> {
  const done: string[] = Object.keys(texts);
  if (done.length > 0) await sendOne("POST /incident/reset", resetOf(id, texts));
  for (const [field_name, field_value] of Object.entries(fields)) {
    try {
      await sendOne("POST /incident/field/reset", { incident_id: id, field_name, field_value });
    } catch (error) {
      if (!(error instanceof CliError) || (error.kind !== "notFound" && error.kind !== "failure")) throw error;
      const before = done.length === 0 ? "" : `; changed before it: ${enumerate(done, "and")}`;
      // Not found is the field: the incident is known.
      throw error.reworded(`the field "${field_name}" was not changed: ${error.message}${before}`, { kind: "failure" });
    }
    done.push(`field "${field_name}"`);
  }
}

/** Assigns an incident to a level of its escalation rule. */
export async function escalate(http: HttpClient, id: string, level: Level): Promise<HttpResponse> {
  const body = { incident_ids: [id], assigned_to: { ...level, type: "escalate" } };
  return send(http, routes.assign, { body, idempotent: true });
}

/** The fields of a request besides the ids. */
function partsOf(action: FlashdutyAction): Record<string, unknown> {
  const { verb, note } = action;
  switch (verb) {
    case "acknowledge":
      return formParts(action.form);
    case "resolve":
      return { ...(note !== undefined && { resolution: note }), ...formParts(action.form) };
    case "reopen":
      return note === undefined ? {} : { reason: note };
    case "snooze":
      return {
        minutes: action.forMs === undefined ? defaultSnoozeMinutes : Math.max(1, Math.ceil(action.forMs / 60_000)),
      };
    case "assign":
      return { assigned_to: { person_ids: personIds(action.to), type: "reassign" } };
    case "comment":
      return { comment: note };
    default:
      return {};
  }
}

/** Source of `custom_fields`: the vendor's own tools; it is newer than the OpenAPI. */
function formParts({ fields, rootCause }: FlashdutyForm = {}): Record<string, unknown> {
  return {
    ...(rootCause !== undefined && { root_cause: rootCause }),
    ...(fields !== undefined && { custom_fields: fields }),
  };
}

function resetOf(
  id: string,
  { title, description, urgency, rootCause, impact }: FlashdutyChange,
): Record<string, unknown> {
  return {
    incident_id: id,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(rootCause !== undefined && { root_cause: rootCause }),
    ...(impact !== undefined && { impact }),
    ...(urgency !== undefined && { incident_severity: severityOf[urgency] }),
  };
}

/** The note to add as a comment: of an action whose request has no field for it. */
export function noteToAdd({ verb, note }: FlashdutyAction): string | undefined {
  return verb === "resolve" || verb === "reopen" || verb === "comment" ? undefined : note;
}
