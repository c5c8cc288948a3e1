import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Person } from "../../model/incident.ts";
import {
  type Identity,
  type KeyKind,
  type KeyPurpose,
  type KeyScopes,
  type KeyVerdict,
  noScopes,
} from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { type Row, readOne, readRows, toPerson } from "./wire.ts";

/** Lists, each of which needs its own scope to read. Source: OpenAPI. */
const areas = [
  "incidents",
  "services",
  "schedules",
  "oncalls",
  "users",
  "teams",
  "escalation_policies",
  "priorities",
] as const;
type Area = (typeof areas)[number];

/** The scopes that each purpose needs; those that write are not tested. */
const neededFor: Record<KeyPurpose, readonly Area[]> = {
  events: [],
  incidents: ["incidents"],
  read: areas,
  all: areas,
};

/** Roles of users that cannot change everything. Source: OpenAPI. */
const limitedRoles = ["read_only_user", "read_only_limited_user", "observer", "restricted_access"];

const untested = ["incidents.write", "services.write", "schedules.write", "users.write", "teams.write"];

/** The owner of a key: the user, or nobody where it is one of the account. */
interface Owner {
  user: Row | undefined;
  /** Why nothing is known of the key. */
  denied?: CliError;
  requestId: string | null;
}

/**
 * `GET /users/me`. A key of the account is a 400 there, with nothing that distinguishes it from other failures: then `GET /abilities`, which
 * every such key may read, shows that it is good. Source: the vendor's clients.
 */
async function readOwner(http: HttpClient): Promise<Owner> {
  try {
    const answer = await http.request("GET /users/me");
    return { user: readOne(answer, "user", "GET /users/me"), requestId: answer.requestId };
  } catch (error) {
    if (!(error instanceof CliError) || (error.status !== 400 && error.status !== 403)) throw error;
    const { status, requestId } = await readAbilities(http, error);
    return { user: undefined, requestId, ...(status === 403 && { denied: error }) };
  }
}

async function readAbilities(http: HttpClient, first: CliError): Promise<HttpResponse> {
  try {
    const answer = await http.request("GET /abilities");
    // A proxy may return 200 as well.
    if (Array.isArray(asObject(answer.body)?.abilities)) return answer;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    // A token may lack this scope: then what it may list shows whether it is good.
    if (error.status === 403) return { status: 403, headers: {}, body: null, requestId: null, attempts: 1 };
    throw error.status === 400 ? first : error;
  }
  throw first;
}

/** See `Provider.validateKey`. Nothing but GET. */
export async function validateKey(connection: Connection, kind: KeyKind, purpose?: KeyPurpose): Promise<KeyVerdict> {
  const verdict = { kind: kind === "api" ? null : kind, scopes: noScopes, account: null, requestId: null };
  try {
    const http = await connection.http(kind);
    if (kind === "api") return await validateApiKey(connection, http, purpose);
    const message = "an integration key cannot be checked without sending an event";
    return { ...verdict, status: "unknown", message, uncheckable: true };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    const { status, message, requestId = null } = error;
    const isForm = status === undefined && error.kind === "usage";
    // Without a status the key of another kind was not sent, or there is no key.
    if (status === undefined && error.kind === "auth")
      return { ...verdict, status: connection.keys.has(kind) ? "invalid" : "missing", message };
    const wrong = status === 404 ? { wrongServer: true as const } : {};
    return { ...verdict, status: isForm || status === 401 ? "invalid" : "unknown", message, requestId, ...wrong };
  }
}

/** Without a purpose all areas are tried, and a key is for incidents. */
async function validateApiKey(
  { profile }: Connection,
  http: HttpClient,
  given: KeyPurpose | undefined,
): Promise<KeyVerdict> {
  const purpose = given ?? "incidents";
  const { user, requestId } = await readOwner(http);
  const answers = await probeAll(http, neededFor[given ?? "all"]);
  const scopes = toScopes(answers);
  const account = user === undefined ? null : (toPerson(user) ?? null);
  const kind = http.keyKind === "oauth" ? "oauth" : user === undefined ? "account" : "user";
  const verdict = { kind, scopes, account, requestId };
  const lacking = neededFor[purpose].filter((area) => answers.get(area) === "missing").map((area) => `${area}.read`);
  if (lacking.length > 0) return { ...verdict, status: "restricted", message: `the key lacks ${lacking.join(", ")}` };
  const failure = [...answers.values()].find((answer) => answer instanceof CliError);
  if (failure !== undefined)
    return { ...verdict, status: "unknown", message: failure.message, requestId: failure.requestId ?? null };
  if (user === undefined && scopes.granted.length === 0)
    return { ...verdict, status: "unknown", message: "the key may read nothing that could show whether it is good" };
  const role = asText(user?.role);
  const isLimited = role !== null && limitedRoles.includes(role);
  if (isLimited && purpose !== "read")
    return { ...verdict, status: "valid", message: `its owner has the role ${role}, and may not change everything` };
  return { ...verdict, status: "valid", message: user === undefined && profile.user === undefined ? whoActs : null };
}

/** What is shown of a key of the account. Whether it may write is not known: the vendor answers every read alike. */
const whoActs = "the key belongs to no user: changes need the e-mail address of one as the user of the profile";

type Answer = "granted" | "missing" | "absent" | CliError;

/** One after the first, then the rest at once: a server that is down is asked only once. */
async function probeAll(http: HttpClient, probed: readonly Area[]): Promise<Map<Area, Answer>> {
  const [first, ...others] = probed;
  const answers = new Map<Area, Answer>();
  if (first === undefined) return answers;
  answers.set(first, await probe(http, first));
  if (answers.get(first) instanceof CliError) return answers;
  const rest = await Promise.all(others.map(async (area) => [area, await probe(http, area)] as const));
  for (const [area, answer] of rest) answers.set(area, answer);
  return answers;
}

/** 402 is what the plan lacks, not the key. */
async function probe(http: HttpClient, area: Area): Promise<Answer> {
  try {
    readRows(await http.request(`GET /${area}`, { query: { limit: 1 } }), area, `GET /${area}`);
    return "granted";
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.status === 401) throw error;
    return error.status === 403 ? "missing" : error.status === 402 ? "absent" : error;
  }
}

function toScopes(answers: ReadonlyMap<Area, Answer>): KeyScopes {
  const of = (wanted: Answer): string[] =>
    [...answers].filter(([, answer]) => answer === wanted).map(([area]) => `${area}.read`);
  return { granted: of("granted"), missing: of("missing"), untested, absent: of("absent") };
}

/** See `Provider.whoami`. The account is the subdomain in the address of any of its users. */
export async function whoami(connection: Connection): Promise<Identity> {
  const http = await connection.http();
  const { user: own, denied } = await readOwner(http);
  const any = own ?? (await firstUser(http));
  if (any === undefined && denied !== undefined) throw denied;
  const address = asText(any?.html_url);
  const host = address !== null && URL.canParse(address) ? new URL(address).hostname : undefined;
  const account = host === undefined ? null : (host.split(".")[0] ?? null);
  const { user } = connection.profile;
  const named: Person | null =
    user === undefined ? null : { id: user, name: null, email: user.includes("@") ? user : null };
  return {
    account: account === null ? null : { id: account, name: null },
    user: own === undefined ? named : (toPerson(own) ?? null),
    key: { kind: http.keyKind === "oauth" ? "oauth" : own === undefined ? "account" : "user", scopes: null },
  };
}

async function firstUser(http: HttpClient): Promise<Row | undefined> {
  try {
    const answer = await http.request("GET /users", { query: { limit: 1 } });
    return readRows(answer, "users", "GET /users").rows[0];
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted || error.status !== 403) throw error;
    return undefined;
  }
}
