import type { Connected, Vendor as VendorOf } from "../context.ts";
import { CliError, unsupported, usageError } from "../errors.ts";
import type { Directory, DirectoryName, User } from "../model/directory.ts";
import type { IncidentFilter, Person, Reference } from "../model/incident.ts";
import { fold, match } from "../model/match.ts";

type Vendor = Pick<Connected, "provider" | "connection">;

/** The rows of a directory, and why the vendor did not give all of them. */
export interface Listed<Row> {
  rows: readonly Row[];
  truncated: string | undefined;
}

/**
 * Finds the row of `all` for `word`: its id, its exact name, or the only name that starts with it, in any case. The
 * beginning of a name is not enough if the list is incomplete.
 *
 * @throws {CliError} `usage` if several match, `notFound` if none does, with the reason `notListed` if it may be one
 *   of the rows that are missing
 */
export function pick<Thing extends Reference>(what: string, word: string, all: Listed<Thing>): Thing {
  if (word.trim() === "") throw usageError(`the ${what} is empty`);
  const { things, by } = match(word, all.rows);
  if (things.length > 1) throw ambiguous(word, `${what}s`, things);
  const [found] = things;
  if (found === undefined && all.truncated === undefined)
    throw new CliError("notFound", `unknown ${what} "${word}"`, { hint: `onduty ${what}s list` });
  if (found === undefined || (all.truncated !== undefined && by === "beginning")) {
    const reason = found === undefined ? "is not among those that could be listed" : "may begin other names as well";
    throw new CliError("notFound", `the ${what} "${word}" ${reason}: ${all.truncated}`, {
      hint: `give its id${found === undefined ? "" : `, such as ${found.id} of ${found.name}`}`,
      reason: "notListed",
    });
  }
  return found;
}

function ambiguous(word: string, what: string, near: readonly (Person | Reference)[]): CliError {
  const candidates = near.slice(0, 10).map(({ id, name }) => `${name ?? id} (${id})`);
  const more = near.length > 10 ? ", …" : "";
  return usageError(
    `"${word}" could be ${near.length} ${what}: ${candidates.join(", ")}${more}`,
    `give the id: ${near[0]?.id}`,
  );
}

/** Every row of a directory that the vendor gives. */
export async function readDirectory<Name extends DirectoryName>(
  { provider, connection }: Vendor,
  name: Name,
): Promise<Listed<Directory[Name]>> {
  if (provider.directory === undefined) throw unsupported(provider.name, name);
  const rows: Directory[Name][] = [];
  let truncated: string | undefined;
  for await (const page of provider.directory(connection, name)) {
    rows.push(...page.rows);
    truncated = page.truncated ?? truncated;
  }
  return { rows, truncated };
}

/** The service a user means by an id or a name. */
export async function findService(vendor: Vendor, word: string): Promise<Reference> {
  return findOrFallBack(word, async () => pick("service", word, await readDirectory(vendor, "services")));
}

/** The team a user means by an id or a name. */
export async function findTeam(vendor: Vendor, word: string): Promise<Reference> {
  return findOrFallBack(
    word,
    async () => pick("team", word, await readDirectory(vendor, "teams")),
    async () => {
      if (isId(word)) return { id: word, name: word };
      throw usageError(`this server does not publish its teams, so "${word}" must be the id of one`);
    },
  );
}

/** The person a user means by an id, an e-mail address, a name or `me`. */
export async function findUser(vendor: Vendor, word: string): Promise<Person> {
  if (word === "me") return findMe(vendor);
  return findOrFallBack(
    word,
    async () => pickUser(word, await readDirectory(vendor, "users")),
    () => knownPerson(vendor, word),
  );
}

/** The same for an assignee. Assigning needs an id, so an unknown e-mail address is refused. */
export async function findAssignee(vendor: Vendor, word: string): Promise<Person> {
  const person = await findUser(vendor, word);
  if (!person.id.includes("@")) return person;
  throw unknownPerson(`with the address "${person.id}"`);
}

/**
 * The same for several, each once.
 *
 * @throws {CliError} `usage`, before anything is sent, if the vendor takes fewer
 */
export async function findAssignees(vendor: VendorOf<"incidents">, words: readonly string[]): Promise<Person[]> {
  const { maxAssignees } = vendor.provider.incidents;
  if (words.length > maxAssignees)
    throw usageError(
      `${vendor.provider.name} assigns an incident to ${maxAssignees === 1 ? "one person" : `${maxAssignees} people`} at most`,
      `give ${maxAssignees === 1 ? "one user" : "fewer users"}`,
    );
  const people = new Map<string, Person>();
  for (const word of words) {
    const person = await findAssignee(vendor, word);
    people.set(person.id, person);
  }
  return [...people.values()];
}

/** The same among users that were read already. */
export function pickUser(word: string, users: Listed<User>): User {
  const byMail = users.rows.find(({ email }) => email && fold(email) === fold(word));
  return byMail ?? pick("user", word, users);
}

/** Whether a word has the form of a vendor's id. A name such as `ada_l` has it too, so it is looked up if possible. */
function isId(word: string): boolean {
  return isOpaque(word) || /^[a-z]{2,5}_\w+$/i.test(word);
}

/** Whether a word can be nothing but an id. */
export function isOpaque(word: string): boolean {
  return /^(\d{6,}|(?=.*\d)[a-z0-9]{20,}|[0-9a-f-]{32,36})$/i.test(word);
}

/**
 * Finds a row, or falls back on a server that does not publish its people and teams (OpsKnight 1.3.1). An id
 * is used unchanged if the key may not read the list, or if the vendor does not list all rows.
 */
async function findOrFallBack<Found extends Person | Reference>(
  word: string,
  find: () => Promise<Found>,
  instead?: () => Promise<Found>,
): Promise<Found | { id: string; name: string; email: null }> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if ((error.status === 403 || error.reason === "notListed") && isId(word))
      return { id: word, name: word, email: null };
    if (instead === undefined || error.kind !== "failure" || error.status !== 404) throw error;
    return instead();
  }
}

/** An assignee, by full name or e-mail address; else the id or e-mail address as typed. */
async function knownPerson(vendor: Vendor, word: string): Promise<Person> {
  if (word.trim() === "") throw usageError("the user is empty");
  const wanted = fold(word.trim());
  const people = isOpaque(word) ? [] : await peopleOfIncidents(vendor);
  const same = people.filter(({ id, name, email }) =>
    [id, name, email].some((own) => own && fold(own.trim()) === wanted),
  );
  if (same.length > 1) throw ambiguous(word, "users", same);
  if (same[0] !== undefined) return same[0];
  if (isId(word) || word.includes("@")) return { id: word, name: word, email: word.includes("@") ? word : null };
  throw unknownPerson(`called "${word}"`);
}

function unknownPerson(who: string): CliError {
  return usageError(
    `this server does not publish its users, and nobody ${who} has an incident; give the id`,
    "onduty incidents list --status all --json --fields assignees",
  );
}

const everyIncident: IncidentFilter = {
  statuses: [],
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
  limit: 200,
};

async function peopleOfIncidents({ provider, connection }: Vendor): Promise<Person[]> {
  const people = new Map<string, Person>();
  for await (const { rows } of provider.incidents?.list(connection, everyIncident) ?? [])
    for (const person of rows.flatMap(({ assignees }) => assignees)) people.set(person.id, person);
  return [...people.values()];
}

/** Who `me` is: the profile's user, else the person the key belongs to. */
export async function findMe(vendor: Vendor): Promise<Person> {
  const { provider, connection } = vendor;
  const { user, name } = connection.profile;
  if (user !== undefined && isOpaque(user)) return { id: user, name: user, email: null };
  // A name or an e-mail address is no id: the vendor would find nothing under it.
  if (user !== undefined && user !== "me") return findUser(vendor, user);
  const identity = await provider.whoami(connection);
  if (identity.user !== null) return identity.user;
  throw usageError(`profile "${name}" does not define who "me" is`, "set ONDUTY_USER, or add the profile with --user");
}
