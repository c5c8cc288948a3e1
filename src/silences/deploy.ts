import { type Connected, requireCapability } from "../context.ts";
import { findService, profileService } from "../directory/resolve.ts";
import { CliError, usageError } from "../errors.ts";
import type { Reference } from "../model/incident.ts";
import type { Silence } from "../model/silence.ts";

/* The silence of a deploy: it ends with the deploy, and by itself when nobody ends it. */

/** How the silence of a deploy is made. */
export interface DeploySilence {
  /** Id or name; absent for that of the profile. */
  service?: string | undefined;
  /** Ties it to the deploy. */
  changeKey: string;
  forMs: number;
}

/** The service that is silenced. @throws {CliError} `usage` where none is known */
export async function silencedService(connected: Connected, word: string | undefined): Promise<Reference> {
  const service = word === undefined ? await profileService(connected) : await findService(connected, word);
  if (service === undefined)
    throw usageError("a silence needs a service: the profile has none, and --service is not given", "--service NAME");
  return toReference(service);
}

/** A row of the directory has more, which a silence does not print. */
function toReference({ id, name }: Reference): Reference {
  return { id, name };
}

/** Silences all of a service while it is deployed. */
export async function silenceDeploy(
  connected: Connected,
  { service, changeKey, forMs }: DeploySilence,
): Promise<Silence> {
  const vendor = requireCapability(connected, "silences");
  const from = vendor.connection.now();
  const until = new Date(from.getTime() + forMs);
  const target = await silencedService(vendor, service);
  return vendor.provider.silences.add(vendor.connection, {
    service: target,
    match: [],
    from,
    until,
    reason: reasonOf(changeKey),
  });
}

/** Ends the silences that a deploy has begun, by this process or another. Returns how many there were, and why that may not be all. */
export async function endDeploySilence(
  connected: Connected,
  { service, changeKey }: Pick<DeploySilence, "service" | "changeKey">,
): Promise<{ count: number; unknown?: string }> {
  const { provider, connection } = requireCapability(connected, "silences");
  const target = await silencedService(connected, service);
  const { rows, unknown } = await provider.silences.list(connection, [target.id]);
  const own = rows.filter(({ reason }) => reason === reasonOf(changeKey));
  for (const { id } of own) await removeSilence(connected, id);
  return { count: own.length, ...(unknown !== undefined && { unknown }) };
}

/** Ends a silence; one that has ended meanwhile is no failure. */
export async function removeSilence(connected: Connected, id: string): Promise<void> {
  const { provider, connection } = requireCapability(connected, "silences");
  try {
    await provider.silences.remove(connection, id);
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
  }
}

function reasonOf(changeKey: string): string {
  return `deploy ${changeKey}`.slice(0, 400);
}
