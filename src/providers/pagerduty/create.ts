import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, NewIncident } from "../../model/incident.ts";
import { beforeWrite } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { actingHeaders } from "./acting-user.ts";
import { type FieldValue, putFields, readFields, valuesForNew, valuesOf } from "./fields.ts";
import { readOne, toIncident } from "./wire.ts";
import { assignmentsOf, checkUrgency, findPriority } from "./writes.ts";

/** @throws {CliError} `usage` on an urgency that the vendor lacks */
export function checkNew({ urgency }: Pick<NewIncident, "urgency">): void {
  checkUrgency(urgency);
}

/** `POST /incidents`. Never repeated: without a key of its own, a repeat would open a second one. */
export async function createIncident(
  connection: Connection,
  incident: NewIncident,
): Promise<Incident & { notice?: string }> {
  const { title, urgency, description, priority, assignees = [], fields } = incident;
  checkNew(incident);
  if (assignees.length > 1) throw usageError("pagerduty assigns a new incident to one person at most", "give one user");
  const service = incident.service ?? connection.profile.service;
  if (service === undefined) throw usageError("an incident needs a service", "--service ID");
  const http = await connection.http();
  const headers = await actingHeaders(connection);
  const reference = priority === undefined ? undefined : await beforeWrite(findPriority(http, priority));
  const values = fields === undefined ? undefined : await beforeWrite(valuesForNew(http, fields));
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
    const made = {
      ...toIncident(readOne(answer, "incident", "POST /incidents"), connection),
      description: description ?? null,
    };
    return fields === undefined ? made : await withValues(http, made, { fields, values, headers });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw error.reworded(`${error.message}; it may have been created`, { hint: "onduty incidents list --limit 5" });
  }
}

interface NewValues {
  fields: Record<string, string>;
  /** Undefined where the fields of its type are not known. */
  values: readonly FieldValue[] | undefined;
  headers: Record<string, string>;
}

/** The incident with its custom fields, or a notice that they are not set. */
async function withValues(http: HttpClient, made: Incident, { fields, values, headers }: NewValues) {
  try {
    const given = values ?? valuesOf({ fields }, await readFields(http, made.id));
    await putFields(http, made.id, given, headers);
    return { ...made, fields: Object.fromEntries(given.map(({ name, value }) => [name, value])) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { ...made, notice: `the fields of incident ${made.id} were not set: ${error.message}` };
  }
}
