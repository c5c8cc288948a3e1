import { CliError, usageError } from "../../errors.ts";
import type { Incident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText, first } from "../wire.ts";
import { listAll } from "./directory.ts";
import { toReference } from "./wire.ts";

/**
 * Finds the incidents of a team: those that were given to it, and those of its services. Server 1.3.1 sets the team of an
 * incident only when a person gives it to one. Source: a running server of 2026-08.
 *
 * @throws {CliError} `usage` when the server shows no such team: an empty list would look like an all-clear
 */
export async function teamCheck(
  connection: Connection,
  team: string,
  incidents: readonly Incident[],
): Promise<(incident: Incident) => boolean> {
  const rows = await readServices(connection);
  const ofTeam = rows.filter((row) => toReference(first(row, "team", "team_id", "teamId"))?.id === team);
  const services = new Set(ofTeam.map((row) => asText(row.id)));
  const isOfTeam = ({ team: own, service }: Incident): boolean =>
    own?.id === team || (service !== null && services.has(service.id));
  if (services.size === 0 && !incidents.some(isOfTeam)) {
    throw usageError(
      `this server shows teams only by their services, and none of them has the team "${team}"`,
      "onduty services list --json --fields id,name,team",
    );
  }
  return isOfTeam;
}

async function readServices(connection: Connection): Promise<Record<string, unknown>[]> {
  try {
    return await listAll(await connection.http(), "services");
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw error.reworded(`the services of the team are unknown: ${error.message}`);
  }
}
