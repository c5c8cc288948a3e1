import type { Vendor } from "../context.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { IncidentDetails } from "../model/incident.ts";
import type { History } from "./page.ts";

/** One incident, with null for what the vendor does not have. */
export async function showOne(
  { provider, connection }: Vendor<"incidents">,
  id: string,
): Promise<Required<IncidentDetails>> {
  const { responders, creator, impact, rootCause, resolution, summary, snoozeReason, warRoomUrl, ...incident } =
    await provider.incidents.show(connection, id);
  const people = { responders: responders ?? null, creator: creator ?? null };
  const texts = { impact: impact ?? null, rootCause: rootCause ?? null, resolution: resolution ?? null };
  const others = { summary: summary ?? null, snoozeReason: snoozeReason ?? null, warRoomUrl: warRoomUrl ?? null };
  return { ...incident, ...people, ...texts, ...others };
}

/** The timeline of an incident that is shown: a side question, so that a failure is the reason why it is not known. */
export async function readHistory({ provider, connection }: Vendor<"incidents">, id: string): Promise<History> {
  try {
    const { rows, notice } = await provider.incidents.timeline(connection, id);
    return { rows, ...(notice !== undefined && { notice }) };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return { unknown: error.message };
  }
}

/**
 * Several incidents, one after the other. What concerns one id alone is an error of it, and the others are shown all the same.
 *
 * @throws {CliError} if the failure concerns all of them, such as a lost network
 */
export async function showAll(
  vendor: Vendor<"incidents">,
  ids: readonly string[],
): Promise<{ found: IncidentDetails[]; errors: { id: string; error: CliError }[] }> {
  const found: IncidentDetails[] = [];
  const errors: { id: string; error: CliError }[] = [];
  for (const id of ids) {
    try {
      found.push(await showOne(vendor, id));
    } catch (error) {
      if (!(error instanceof CliError) || (error.kind !== "notFound" && error.status !== 403)) throw error;
      errors.push({ id, error });
    }
  }
  return { found, errors };
}
