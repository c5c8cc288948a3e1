import { CliError, Interrupted, usageError } from "../../errors.ts";
import { forProfile } from "../../model/command-line.ts";
import type { Incident, NewIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { patch } from "./actions.ts";
import { readIncident } from "./incidents.ts";
import { forgetList } from "./memory.ts";
import { readOne, toIncident } from "./wire.ts";

/** Maximum lengths in UTF-16 units. Source: a running 1.3.1. */
const maxLengths = { title: 500, description: 10_000, priority: 20 } as const;

/** @throws {CliError} `usage` on a text that is too long */
export function checkNew(incident: Pick<NewIncident, keyof typeof maxLengths>): void {
  for (const [name, max] of Object.entries(maxLengths) as [keyof typeof maxLengths, number][]) {
    const { length } = incident[name]?.trim() ?? "";
    if (length > max) throw usageError(`the ${name} has ${length} characters; opsknight takes ${max}`);
  }
}

/** `POST /api/incidents`. Never repeated: the route takes no idempotency key. */
export async function createIncident(connection: Connection, incident: NewIncident): Promise<Incident> {
  checkNew(incident);
  const { title, urgency, service, description, priority } = incident;
  const [assignee] = incident.assignees ?? [];
  const serviceId = service ?? connection.profile.service;
  if (serviceId === undefined) throw usageError("an incident needs a service", "--service ID");
  const http = await connection.http();
  const body = {
    title,
    urgency: urgency.toUpperCase(),
    service_id: serviceId,
    serviceId,
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(assignee !== undefined && { assignee_id: assignee.id, assigneeId: assignee.id }),
  };
  forgetList(connection);
  const answer = await http.request("POST /api/incidents", { body });
  const created = toIncident(readOne(answer.body, "incident", "POST /api/incidents"), connection);
  if (assignee === undefined) return created.assignees.length > 0 ? created : readAssigned(connection, created);
  if (created.assignees.some(({ id }) => id === assignee.id)) return created;
  // Server 1.3.1 ignores the assignee of a new incident.
  try {
    const assigned = await patch(http, connection, created.id, { assignee_id: assignee.id, assigneeId: assignee.id });
    return { ...created, ...assigned, service: created.service, assignees: [assignee] };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError("partial", `incident ${created.id} was created, but not assigned: ${error.message}`, {
      hint: forProfile(`onduty incidents assign ${created.id} --to ${assignee.id}`, connection.profile),
      cause: error,
    });
  }
}

/** Server 1.3.1 pages and assigns somebody before it answers, and leaves that out of its response. */
async function readAssigned(connection: Connection, created: Incident): Promise<Incident> {
  try {
    return await readIncident(await connection.http(), connection, created.id);
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    connection.debug(`incident ${created.id} could not be read back: ${error.message}`);
    return created;
  }
}
