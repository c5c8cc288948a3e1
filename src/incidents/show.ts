import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { Incident } from "../model/incident.ts";

/**
 * Several incidents, one after the other. What concerns one id alone is an error of it, and the others are shown all the same.
 *
 * @throws {CliError} if the failure concerns all of them, such as a lost network
 */
export async function showAll(
  { provider, connection }: Vendor<"incidents">,
  ids: readonly string[],
): Promise<{ found: Incident[]; errors: CliError[] }> {
  const found: Incident[] = [];
  const errors: CliError[] = [];
  for (const id of ids) {
    try {
      found.push(await provider.incidents.show(connection, id));
    } catch (error) {
      if (!(error instanceof CliError) || (error.kind !== "notFound" && error.status !== 403)) throw error;
      errors.push(error);
    }
  }
  return { found, errors };
}
