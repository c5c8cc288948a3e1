import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { IncidentDetails } from "../model/incident.ts";

/** One incident, with null for what the vendor does not have. */
export async function showOne(
  { provider, connection }: Vendor<"incidents">,
  id: string,
): Promise<Required<IncidentDetails>> {
  const incident = await provider.incidents.show(connection, id);
  return { ...absentDetails, ...incident };
}

const absentDetails = { snoozeReason: null, warRoomUrl: null };

/**
 * Several incidents, one after the other. What concerns one id alone is an error of it, and the others are shown all the same.
 *
 * @throws {CliError} if the failure concerns all of them, such as a lost network
 */
export async function showAll(
  vendor: Vendor<"incidents">,
  ids: readonly string[],
): Promise<{ found: IncidentDetails[]; errors: CliError[] }> {
  const found: IncidentDetails[] = [];
  const errors: CliError[] = [];
  for (const id of ids) {
    try {
      found.push(await showOne(vendor, id));
    } catch (error) {
      if (!(error instanceof CliError) || (error.kind !== "notFound" && error.status !== 403)) throw error;
      errors.push(error);
    }
  }
  return { found, errors };
}
