import type { Connected } from "../context.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { Identity } from "../model/key.ts";
import { pickUser, readDirectory } from "./resolve.ts";

/** The key owner. A person who is known only from the profile is looked up, if the vendor has people. */
export async function identify(connected: Connected): Promise<Identity> {
  const identity = await connected.provider.whoami(connected.connection);
  const { user } = identity;
  if (user === null || user.name !== null || connected.provider.directory === undefined) return identity;
  try {
    const { id, name, email } = pickUser(user.id, await readDirectory(connected, "users"));
    return { ...identity, user: { id, name, email } };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return identity;
  }
}
