import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { fold } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asArray } from "../wire.ts";
import { readData, toPerson } from "./wire.ts";

/** People by id, as far as they are known. */
export interface People {
  /** The person, with the id alone when the rest is not known. */
  person(id: string): Person;
  /** Whether the account of a person was deleted: nobody answers for it. */
  isDeleted(id: string): boolean;
  /** Why the names are not known. */
  unknown: string | undefined;
}

/**
 * People by their ids, in one call. The vendor leaves out unknown ids. Names are a side question: when it fails, the ids stand for the
 * people.
 */
export async function readPeople(http: HttpClient, ids: readonly string[], ask = askFor): Promise<People> {
  // A number beyond 2^53 would be rounded to somebody else's.
  const wanted = [...new Set(ids)].filter((id) => Number.isSafeInteger(Number(id)));
  const people = new Map<string, Person>();
  const deleted = new Set<string>();
  let unknown: string | undefined;
  try {
    for (const value of wanted.length === 0 ? [] : await ask(http, wanted)) {
      const person = toPerson(value);
      if (person === undefined) continue;
      people.set(person.id, person);
      if (asObject(value)?.status === "deleted") deleted.add(person.id);
    }
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    unknown = `the names of people are not known: ${error.message}`;
  }
  return {
    person: (id) => people.get(id) ?? { id, name: null, email: null },
    isDeleted: (id) => deleted.has(id),
    unknown,
  };
}

/** The responses about people, by client and id. */
const answered = new WeakMap<HttpClient, Map<string, Promise<unknown[]>>>();

/** The same for schedules that are read side by side: they have people in common, and each is asked for once. */
export function readPeopleOnce(http: HttpClient, ids: readonly string[]): Promise<People> {
  return readPeople(http, ids, async (_, wanted) => {
    const known = answered.get(http) ?? new Map<string, Promise<unknown[]>>();
    answered.set(http, known);
    const fresh = wanted.filter((id) => !known.has(id));
    const answer = fresh.length === 0 ? Promise.resolve([]) : askFor(http, fresh);
    for (const id of fresh) known.set(id, answer);
    // What failed is asked for again by the next one.
    answer.catch(() => {
      for (const id of fresh) known.delete(id);
    });
    return (await Promise.all(new Set(wanted.map((id) => known.get(id) ?? [])))).flat();
  });
}

async function askFor(http: HttpClient, ids: readonly string[]): Promise<unknown[]> {
  const body = { person_ids: ids.map(Number) };
  const answer = await http.request("POST /person/infos", { body, idempotent: true, reads: true });
  return asArray(readData(answer.body).items);
}

/**
 * See `Provider.incidents.assigneeDoubt`. The vendor's notes call the ids of members and of people different, its OpenAPI calls them
 * the same: people decide, since they are what incidents are assigned to.
 */
export async function assigneeDoubt(connection: Connection, { id, email }: Person): Promise<string | undefined> {
  if (!/^\d+$/.test(id)) return undefined;
  const people = await readPeople(await connection.http(), [id]);
  if (people.unknown !== undefined) return undefined;
  const person = people.person(id);
  const isOther = email !== null && person.email !== null && fold(email) !== fold(person.email);
  if (isOther) return `${id} is the member ${email}, but among people it is ${person.email}`;
  return person.name === null && person.email === null ? `nobody has the id ${id} among people` : undefined;
}

/**
 * Why somebody else may have an incident than those it was assigned to: an e-mail address distinguishes two people with one id. See
 * `assigneeDoubt`.
 */
export function unexpectedAmong(responders: readonly Person[], wanted: readonly Person[]): string | undefined {
  for (const { id, email } of responders) {
    const meant = wanted.find((person) => person.id === id)?.email;
    if (meant && email && fold(meant) !== fold(email)) return `${id} is ${email} there, not ${meant}`;
  }
  return undefined;
}
