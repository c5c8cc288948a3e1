import type { Connected } from "../context.ts";
import { CliError, usageError } from "../errors.ts";
import type { Person, Reference } from "../model/incident.ts";

/**
 * The one of `all` that a user means by `word`: its id, its exact name, or the only name that starts so, in any case.
 *
 * @throws {CliError} `usage` when several could be meant, `notFound` when none is
 */
export function pick<Thing extends Reference>(what: string, word: string, all: readonly Thing[]): Thing {
  if (word.trim() === "") throw usageError(`the ${what} is empty`);
  const byId = all.find((thing) => thing.id === word);
  if (byId !== undefined) return byId;
  const wanted = word.toLowerCase();
  const exact = all.filter((thing) => thing.name.toLowerCase() === wanted);
  const near = exact.length > 0 ? exact : all.filter((thing) => thing.name.toLowerCase().startsWith(wanted));
  if (near.length > 1) {
    const candidates = near.slice(0, 10).map((thing) => `${thing.name} (${thing.id})`);
    throw usageError(
      `"${word}" could be ${near.length} ${what}s: ${candidates.join(", ")}`,
      `give the id: ${near[0]?.id}`,
    );
  }
  const [found] = near;
  if (found === undefined) throw new CliError("notFound", `there is no ${what} "${word}"`);
  return found;
}

/** The service a user means by an id or a name. */
export async function findService(
  { provider, connection }: Pick<Connected, "provider" | "connection">,
  word: string,
): Promise<Reference> {
  if (word.trim() === "") throw usageError("the service is empty");
  if (provider.listServices === undefined) return { id: word, name: word };
  return pick("service", word, await provider.listServices(connection));
}

/** Who `me` is: the profile's user, else the person the key belongs to. */
export async function findMe({ provider, connection }: Pick<Connected, "provider" | "connection">): Promise<Person> {
  const { user, name } = connection.profile;
  if (user !== undefined) return { id: user, name: user, email: user };
  const identity = await provider.whoami(connection);
  if (identity.user !== null) return identity.user;
  throw usageError(`profile "${name}" does not say who "me" is`, "set ONDUTY_USER, or add the profile with --user");
}
