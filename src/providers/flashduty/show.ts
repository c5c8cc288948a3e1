import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, IncidentDetails } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { readByIds } from "./by-ids.ts";
import { checkIds, isShortNumber } from "./ids.ts";
import { findByNumber } from "./numbers.ts";
import { accountProblem, isDeleted, isMissing, readData, toDetails, toIncident } from "./wire.ts";

/** One incident by its id (24 hex characters) or by the number of 6 characters that the console shows. */
export async function showIncident(connection: Connection, id: string): Promise<IncidentDetails> {
  checkIds([id]);
  const http = await connection.http();
  const row = isShortNumber(id) ? await findByNumber(http, connection, id) : await findById(http, id.toLowerCase());
  if (row !== undefined && !isDeleted(row)) return toDetails(row, connection);
  throw notFound(id);
}

/** See `Provider.incidents.refresh`. */
export async function refreshIncidents(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, Incident | null>> {
  const rows = await readByIds(await connection.http(), ids);
  return new Map(
    ids.map((id) => {
      const row = rows.get(id.toLowerCase());
      return [id, row === undefined ? null : toIncident(row, connection)];
    }),
  );
}

function notFound(id: string, reason = "", cause?: CliError): CliError {
  return new CliError("notFound", `incident "${id}" not found${reason}`, {
    hint: "onduty incidents list --status all",
    code: cause?.code,
    requestId: cause?.requestId,
    cause,
  });
}

/** The error of a route about one incident, for an incident that is not there: the vendor's message stays a part of it. */
export async function explainMissing(http: HttpClient, id: string, error: unknown): Promise<unknown> {
  if (!isMissing(error)) return error;
  return (await accountProblem(http, error)) ?? notFound(id, `: ${error.message}`, error);
}

async function findById(http: HttpClient, id: string): Promise<Record<string, unknown>> {
  try {
    const answer = await http.request("POST /incident/info", {
      body: { incident_id: id },
      idempotent: true,
      reads: true,
    });
    const row = readData(answer.body);
    const returnedId = asText(row.incident_id);
    if (returnedId?.toLowerCase() === id) return row;
    const reason =
      returnedId === null ? "no incident in the response" : `the response is about incident ${returnedId}, not ${id}`;
    throw new CliError("failure", `POST /incident/info: ${reason}`, { requestId: answer.requestId ?? undefined });
  } catch (error) {
    throw await explainMissing(http, id, error);
  }
}
