import type { Connected, Vendor } from "../context.ts";
import { CliError, messageWithIds, usageError } from "../errors.ts";
import type { Person } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { type OnCall, type OnCallQuery, onCallFields } from "../model/oncall.ts";
import { personName } from "../model/person.ts";
import type { Shape } from "../output/shape.ts";
import { clockTime, shortClockTime } from "../output/time.ts";
import { findMe, findUser, isOpaque } from "./resolve.ts";

export const onCallShape: Shape<OnCall> = {
  columns: [
    {
      header: "SCHEDULE",
      value: withLevels,
      narrow: (row) => row.schedule.name,
      pipe: (row) => row.schedule.name,
      cut: 1,
    },
    {
      header: "ON CALL",
      value: (row) => nobodyOr(row),
      style: (text, row, color) => (row.gap ? color.red.bold(text) : color.green(text)),
      main: true,
      cut: 2,
    },
    {
      header: "UNTIL",
      value: (row, now, tz) => row.until && clockTime(row.until, now, tz),
      narrow: (row, _, now, tz) => row.until && shortClockTime(row.until, now, tz),
      pipe: (row) => row.until,
    },
    { header: "NEXT", value: (row) => row.next && names(row.next.users), cut: 3, leaves: 2 },
    {
      header: "NEXT FROM",
      value: (row, now, tz) => (row.next?.from ? clockTime(row.next.from, now, tz) : null),
      narrow: (row, _, now, tz) => (row.next?.from ? shortClockTime(row.next.from, now, tz) : null),
      pipe: (row) => row.next?.from ?? null,
      // Mostly that of UNTIL.
      leaves: 1,
    },
  ],
  fields: onCallFields,
  parts: { schedule: ["schedule.id", "schedule.name", "schedule.timeZone"] },
  id: (row) => row.schedule.id,
};

/** A schedule with the levels that it is called from; that of people without a schedule is its name. */
function withLevels({ schedule: { id, name }, escalation = [] }: OnCall): string {
  const levels = escalation.filter(({ policy }) => policy.id !== id);
  return [name, ...levels.map(({ policy, level }) => `level ${level} of ${policy.name}`)].join(", ");
}

/** The people of a shift; in a gap, those whose accounts are gone. */
export function nobodyOr(
  { gap, users }: Pick<OnCall, "gap" | "users">,
  nameOf: (person: Person) => string = personName,
): string | null {
  const names = users.length === 0 ? null : users.map(nameOf).join(", ");
  return gap ? ["NOBODY", ...(names === null ? [] : [names])].join(": ") : names;
}

function names(people: readonly Person[]): string | null {
  return people.length === 0 ? null : people.map(personName).join(", ");
}

/** Who is on call, on those schedules that could be read. */
export interface OnCallReport {
  onCall: OnCall[];
  /** Of kind `partial`, when some schedules could not be read. */
  failure: CliError | undefined;
  /** What is not known about the rows. */
  unknown: string[];
}

/** @throws {CliError} the error of the first schedule, when none could be read */
export async function askOnCall({ provider, connection }: Vendor<"onCall">, query: OnCallQuery): Promise<OnCallReport> {
  const answers = await provider.onCall(connection, query);
  const failures = answers.flatMap((answer) => ("error" in answer ? [answer] : []));
  const onCall = answers.flatMap((answer) => ("onCall" in answer ? [answer.onCall] : []));
  const unknown = answers.flatMap((answer) => ("unknown" in answer ? [answer.unknown] : []));
  if (onCall.length === 0 && failures[0] !== undefined) throw failures[0].error;
  if (failures.length === 0) return { onCall, failure: undefined, unknown };
  const reasons = failures.map(({ schedule, error }) => `${schedule}: ${messageWithIds(error)}`);
  const message = `${failures.length} of ${onCall.length + failures.length} schedules could not be read: ${reasons.join("; ")}`;
  return { onCall, failure: new CliError("partial", message), unknown };
}

/**
 * The rows on which a person is on call. A name is looked up among all people, so that it is never taken for another's;
 * an id or e-mail address that is on call needs no lookup.
 *
 * @throws {CliError} `usage` if this person cannot be compared with somebody on call: "no" would be a guess
 */
export async function onCallOf<Row extends { users: readonly Person[] }>(
  vendor: Connected,
  all: Row[],
  given: string,
): Promise<Row[]> {
  const word = given === "me" ? vendor.connection.profile.user : given;
  if (word !== undefined) {
    const direct = rowsOf(all, { id: word, email: word });
    if (direct.length > 0) return direct;
  }
  const everybody = all.flatMap((row) => row.users);
  const ownId = word !== undefined && isOpaque(word) ? word : undefined;
  try {
    // An id that nobody has is mistyped: "no" would be an answer about nobody.
    const person = await (given === "me" && ownId === undefined ? findMe(vendor) : findUser(vendor, ownId ?? given));
    if (ownId !== undefined && everybody.every(({ id }) => isOpaque(id))) return [];
    const rows = rowsOf(all, person);
    const other = rows.length > 0 ? undefined : everybody.find((one) => !isComparable(one, person));
    if (other !== undefined) throw cannotCompare(given, person, other);
    return rows;
  } catch (error) {
    // With a key that may not read users, e-mail addresses decide, when everybody has one.
    const refused = error instanceof CliError && error.status === 403;
    if (refused && word?.includes("@") && everybody.every(({ email }) => email !== null)) return [];
    throw error;
  }
}

/** Whether a vendor reported an id; one that it did not report is the address or the name. */
function hasId({ id, name, email }: Person): boolean {
  return id !== email && id !== name;
}

/** Whether two people have an id or an e-mail address both. */
function isComparable(one: Person, { id, email }: Person): boolean {
  return (hasId(one) && !id.includes("@")) || (one.email !== null && email !== null);
}

function cannotCompare(given: string, { id }: Person, other: Person): CliError {
  const who = given === "me" ? `you (${id})` : `"${given}"`;
  return usageError(
    `it is not known whether ${who} is on call: of "${personName(other)}" the server reports ${other.email === null ? "only the name" : "no id"}`,
    other.email === null ? "onduty oncall" : "give the e-mail address",
  );
}

function rowsOf<Row extends { users: readonly Person[] }>(
  all: Row[],
  { id, email }: Pick<Person, "id" | "email">,
): Row[] {
  const isSame = (one: Person): boolean =>
    one.id === id || (email !== null && [one.id, one.email].some((own) => own !== null && fold(own) === fold(email)));
  const same = new Set(all.flatMap((row) => row.users.filter(isSame)).map((person) => person.id));
  return all.filter((row) => row.users.some((person) => same.has(person.id)));
}

/**
 * The notice for no rows: with `user`, that this person is on call on none of the schedules, with names when some were `named`, and
 * `when` it is about.
 */
export function nobodyOnCall(
  user: string | undefined,
  named: readonly string[],
  answered: readonly OnCall[],
  when?: string,
): string {
  if (user === undefined) return "No schedules.";
  const where = named.length === 0 ? "" : ` on ${answered.map(({ schedule }) => schedule.name).join(", ")}`;
  return `${user === "me" ? "You are" : `${user} is`} not on call${where}${when === undefined ? "" : ` ${when}`}.`;
}
