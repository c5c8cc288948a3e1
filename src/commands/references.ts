import type { Connected } from "../context.ts";
import { CliError, usageError } from "../errors.ts";
import type { Directory, DirectoryName, User } from "../model/directory.ts";
import type { Person, Reference } from "../model/incident.ts";

type Vendor = Pick<Connected, "provider" | "connection">;

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

/** Every row of a directory. */
export async function readDirectory<Name extends DirectoryName>(
  { provider, connection }: Vendor,
  name: Name,
): Promise<Directory[Name][]> {
  const rows: Directory[Name][] = [];
  if (provider.directory === undefined) return rows;
  for await (const page of provider.directory(connection, name)) rows.push(...page.rows);
  return rows;
}

/** The service a user means by an id or a name. */
export async function findService(vendor: Vendor, word: string): Promise<Reference> {
  return pick("service", word, await readDirectory(vendor, "services"));
}

/** The team a user means by an id or a name. */
export async function findTeam(vendor: Vendor, word: string): Promise<Reference> {
  return unlessHidden(word, async () => pick("team", word, await readDirectory(vendor, "teams")));
}

/** The person a user means by an id, an e-mail address, a name or `me`. */
export async function findUser(vendor: Vendor, word: string): Promise<Person> {
  if (word === "me") return findMe(vendor);
  return unlessHidden(word, async () => pickUser(word, await readDirectory(vendor, "users")));
}

/** The same among users that were read already. */
export function pickUser(word: string, users: readonly User[]): User {
  const byMail = users.find(({ email }) => email?.toLowerCase() === word.toLowerCase());
  return byMail ?? pick("user", word, users);
}

/** A server that does not publish its people and teams (OpsKnight 1.3.1) can still be given their ids. */
async function unlessHidden<Found extends Reference | Person>(
  word: string,
  find: () => Promise<Found>,
): Promise<Found | { id: string; name: string; email: null }> {
  try {
    return await find();
  } catch (error) {
    const hidden = error instanceof CliError && error.kind === "failure" && error.status === 404;
    if (!hidden || word.trim() === "") throw error;
    return { id: word, name: word, email: null };
  }
}

/** Who `me` is: the profile's user, else the person the key belongs to. */
export async function findMe({ provider, connection }: Vendor): Promise<Person> {
  const { user, name } = connection.profile;
  if (user !== undefined) return { id: user, name: user, email: user };
  const identity = await provider.whoami(connection);
  if (identity.user !== null) return identity.user;
  throw usageError(`profile "${name}" does not say who "me" is`, "set ONDUTY_USER, or add the profile with --user");
}
