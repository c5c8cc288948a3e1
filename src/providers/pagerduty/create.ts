import { CliError, usageError } from "../../errors.ts";
import type { Incident, NewIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { actingHeaders } from "./acting-user.ts";
import { readOne, toIncident } from "./wire.ts";
import { assignmentsOf, checkUrgency, findPriority } from "./writes.ts";

/** @throws {CliError} `usage` on an urgency that the vendor lacks */
export function checkNew({ urgency }: Pick<NewIncident, "urgency">): void {
  checkUrgency(urgency);
}

/** `POST /incidents`. Never repeated: without a key of its own, a repeat would open a second one. */
export async function createIncident(connection: Connection, incident: NewIncident): Promise<Incident> {
  const { title, urgency, description, priority, assignees = [] } = incident;
  checkNew(incident);
  if (assignees.length > 1) throw usageError("pagerduty assigns a new incident to one person at most", "give one user");
  const service = incident.service ?? connection.profile.service;
  if (service === undefined) throw usageError("an incident needs a service", "--service ID");
  const http = await connection.http();
  const headers = await actingHeaders(connection);
  const reference = priority === undefined ? undefined : await findPriority(http, priority);
  const body = {
    incident: {
      type: "incident",
      title,
      service: { id: service, type: "service_reference" },
      urgency,
      ...(reference !== undefined && { priority: reference }),
      ...(description !== undefined && { body: { type: "incident_body", details: description } }),
      ...(assignees.length > 0 && { assignments: assignmentsOf(assignees) }),
    },
  };
  const answer = await http.request("POST /incidents", { body, headers });
  try {
    return {
      ...toIncident(readOne(answer, "incident", "POST /incidents"), connection),
      description: description ?? null,
    };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw error.reworded(`${error.message}; it may have been created`, { hint: "onduty incidents list --limit 5" });
  }
}
