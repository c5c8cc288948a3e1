import type { Connected, Vendor as VendorOf } from "../context.ts";
import { CliError, Interrupted, isInterrupt, unsupported, usageError } from "../errors.ts";
import type { Directory, DirectoryName, User } from "../model/directory.ts";
import type { IncidentFilter, Person, Reference } from "../model/incident.ts";
import { fold, match } from "../model/match.ts";
import { defined } from "../model/object.ts";
import { personName } from "../model/person.ts";

type Vendor = Pick<Connected, "provider" | "connection">;

/** The rows of a directory, and why the vendor did not give all of them. */
export interface Listed<Row> {
  rows: readonly Row[];
  truncated: string | undefined;
  /** What may be missing of a list that is complete otherwise. */
  notice?: string | undefined;
}

/** What a word means, and a check for the case that nothing is found of it. */
export type Found<Thing> = Thing & { doubt?: Doubt };

/** Why the vendor may not have it; undefined when it has. @throws {CliError} `usage` when nobody is known by the word */
export type Doubt = () => Promise<string | undefined>;

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
    throw new CliError("notFound", `unknown ${what} "${word}"${all.notice === undefined ? "" : `: ${all.notice}`}`, {
      hint: `onduty ${what}s list`,
    });
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
  let notice: string | undefined;
  for await (const page of provider.directory(connection, name)) {
    rows.push(...page.rows);
    truncated = page.truncated ?? truncated;
    notice = page.notice ?? notice;
  }
  return { rows, truncated, ...defined({ notice }) };
}

/** The service a user means by an id or a name. */
export async function findService(vendor: Vendor, word: string): Promise<Found<Reference>> {
  return findOrFallBack(word, async () => pick("service", word, await readDirectory(vendor, "services")));
}

/**
 * The service of the profile, which may be there by its name; undefined where it has none. It is used unchanged where the list cannot
 * be read.
 *
 * @throws {CliError} `usage` or `notFound` when the list was read, and shows that the profile has a wrong one
 */
export async function profileService(vendor: Vendor): Promise<Reference | undefined> {
  const { name, service } = vendor.connection.profile;
  if (service === undefined) return undefined;
  try {
    return await findService(vendor, service);
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    if (error.status !== undefined || !/^(usage|notFound)$/.test(error.kind)) return { id: service, name: service };
    throw error.reworded(`the service of profile "${name}": ${error.message}`);
  }
}

/**
 * The id of the service that is meant: of a word, or else of the profile. What can only be an id is not looked up there, and what may
 * be one is used unchanged where it is not listed.
 */
export async function serviceId(vendor: Vendor, word: string | undefined): Promise<string | undefined> {
  if (word !== undefined) return (await findService(vendor, word)).id;
  const { service } = vendor.connection.profile;
  if (service === undefined || isOpaque(service)) return service;
  try {
    return (await profileService(vendor))?.id;
  } catch (error) {
    if (error instanceof CliError && error.kind === "notFound" && isId(service)) return service;
    throw error;
  }
}

/** The team a user means by an id or a name. */
export async function findTeam(vendor: Vendor, word: string): Promise<Found<Reference>> {
  return findOrFallBack(
    word,
    async () => pick("team", word, await readDirectory(vendor, "teams")),
    async () => {
      if (isId(word)) return { id: word, name: word };
      throw usageError(
        `this server does not publish its teams, so "${word}" must be the id of one`,
        "onduty services list --json --fields name,team",
      );
    },
  );
}

/**
 * The person a user means by an id, an e-mail address, a name or `me`.
 *
 * @throws {CliError} `usage` when nobody is meant: a slip of the command line, not something that was looked for
 */
export async function findUser(vendor: Vendor, word: string): Promise<Found<Person>> {
  if (word === "me") return findMe(vendor);
  try {
    return await findOrFallBack<Found<Person>>(
      word,
      async () => pickUser(word, await readDirectory(vendor, "users")),
      () => knownPerson(vendor, word),
      // A key that may not list people sees them in incidents.
      async ({ status }) => status === 403 && (await requireSeen(vendor, word, "this key may not list users")),
    );
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound" || error.status !== undefined) throw error;
    throw error.reworded(error.message, { kind: "usage" });
  }
}

/** The same for an assignee. Assigning needs an id, so an unknown e-mail address is refused. */
export async function findAssignee(vendor: Vendor, word: string): Promise<Person> {
  const { id, name, email } = await findUser(vendor, word);
  if (!id.includes("@")) return { id, name, email };
  throw unknownPerson(`with the address "${id}"`);
}

/** Why nobody may have the id of a profile's user, which was not looked up. @throws {CliError} when nobody has it */
async function doubtOfMe(vendor: Vendor, user: string): Promise<string | undefined> {
  const who = `the user of profile "${vendor.connection.profile.name}"`;
  try {
    return await (await findUser(vendor, user)).doubt?.();
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.kind === "usage") throw error.reworded(`${who}: ${error.message}`);
    return `${who} could not be checked: ${error.message}`;
  }
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

/** Whether a word has the form of a vendor's id. A name such as `ada_l` or `PAYMENT` has it too, so it is looked up if possible. */
function isId(word: string): boolean {
  return isOpaque(word) || /^[a-z]{2,5}_\w+$/i.test(word) || /^(P[A-Z0-9]{6}|[PQ][A-Z0-9]{13})$/.test(word);
}

/** Whether a word can be nothing but an id. */
export function isOpaque(word: string): boolean {
  return /^(\d{6,}|(?=.*\d)[a-z0-9]{20,}|[0-9a-f-]{32,36})$/i.test(word);
}

/**
 * Finds a row, or falls back on a server that does not publish its people and teams (OpsKnight 1.3.1). An id
 * is used unchanged if the key may not read the list, if it cannot be read now, or if the vendor does not list all rows.
 */
async function findOrFallBack<Thing extends Person | Reference>(
  word: string,
  find: () => Promise<Thing>,
  instead?: () => Promise<Thing>,
  known?: (error: CliError) => Promise<boolean>,
): Promise<Thing | { id: string; name: string; email: null; doubt: Doubt }> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // A list that cannot be read now keeps nothing from being done by an id.
    const isUnread =
      error.status === 403 || error.reason === "notListed" || (error.retryable && error.status !== undefined);
    if (isUnread && isId(word)) {
      const doubt = async (): Promise<string | undefined> =>
        (await known?.(error)) === true ? undefined : `"${word}" could not be checked: ${error.message}`;
      return { id: word, name: word, email: null, doubt };
    }
    if (instead === undefined || error.kind !== "failure" || error.status !== 404) throw error;
    return instead();
  }
}

/**
 * A person among those who have an incident, or were seen before, by id, e-mail address, name, or the only name that begins
 * so; else the id or e-mail address as typed, in doubt.
 */
async function knownPerson(vendor: Vendor, word: string): Promise<Found<Person>> {
  if (word.trim() === "") throw usageError("the user is empty");
  const people = isOpaque(word) ? await rememberedPeople(vendor) : await seenPeople(vendor);
  const found = amongPeople(word, people);
  if (found.length > 1) throw ambiguous(word, "users", found);
  if (found[0] !== undefined) return found[0];
  const isAddress = word.includes("@");
  if (!isId(word) && !isAddress) throw unknownPerson(`called "${word}"`);
  const doubt = async (): Promise<undefined> => void (await requireSeen(vendor, word, unpublished));
  return { id: word, name: word, email: isAddress ? word : null, doubt };
}

const unpublished = "this server does not publish its users";

/** @throws {CliError} `usage` when no incident shows a person with that id or e-mail address: nothing could be found under it */
async function requireSeen(vendor: Vendor, word: string, why: string): Promise<true> {
  if (amongPeople(word, await seenPeople(vendor)).length > 0) return true;
  throw unknownPerson(`with the ${word.includes("@") ? "address" : "id"} "${word}"`, why);
}

function amongPeople(word: string, people: readonly Person[]): readonly Person[] {
  const wanted = fold(word.trim());
  const same = people.filter(({ id, email }) => [id, email].some((own) => own && fold(own.trim()) === wanted));
  if (same.length > 0 || isOpaque(word)) return same;
  const named = people.map((person) => ({ person, id: person.id, name: personName(person) }));
  return match(word, named).things.map(({ person }) => person);
}

function unknownPerson(who: string, why = unpublished): CliError {
  return usageError(
    `${why}, and nobody ${who} was seen on it`,
    "give an id of: onduty incidents list --status all --json --fields assignees",
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

/** Whom earlier commands have seen. */
async function rememberedPeople({ connection }: Vendor): Promise<readonly Person[]> {
  return (await connection.memory?.read())?.people ?? [];
}

/** The same people, and those who have one of the last incidents. */
async function seenPeople(vendor: Vendor): Promise<Person[]> {
  const { provider, connection } = vendor;
  const people = new Map((await rememberedPeople(vendor)).map((person) => [person.id, person]));
  for await (const { rows } of provider.incidents?.list(connection, everyIncident) ?? [])
    for (const person of rows.flatMap(({ assignees }) => assignees)) people.set(person.id, person);
  return [...people.values()];
}

/** Who `me` is: the profile's user, else the person the key belongs to. */
export async function findMe(vendor: Vendor): Promise<Found<Person>> {
  const { provider, connection } = vendor;
  const { user, name } = connection.profile;
  if (user !== undefined && isOpaque(user))
    return { id: user, name: user, email: null, doubt: () => doubtOfMe(vendor, user) };
  // A name or an e-mail address is no id: the vendor would find nothing under it.
  if (user !== undefined && user !== "me") return findUser(vendor, user);
  const identity = await provider.whoami(connection);
  if (identity.user !== null) return identity.user;
  throw usageError(
    `profile "${name}" does not define who "me" is`,
    name === "env" ? "set ONDUTY_USER" : `onduty profiles edit ${name} --user EMAIL, or set ONDUTY_USER`,
  );
}
