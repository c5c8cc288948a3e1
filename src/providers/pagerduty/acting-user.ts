import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { match } from "../../model/match.ts";
import { encodePart } from "../../model/text.ts";
import { beforeWrite } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { userHint } from "./errors.ts";
import { nameOf, readOne, readRows } from "./wire.ts";

/*
 * Changes are made in the name of a user: that of the key, or with a key of the account the one of the header `From`, an e-mail address
 * of the account. Source: OpenAPI, and the vendor's clients.
 */

const known = new WeakMap<Connection, Promise<Record<string, string>>>();

/**
 * The headers of a change.
 *
 * @throws {CliError} `usage`, before anything is changed, when the key belongs to no user and the profile names none
 */
export function actingHeaders(connection: Connection): Promise<Record<string, string>> {
  const pending = known.get(connection) ?? beforeWrite(findHeaders(connection));
  known.set(connection, pending);
  return pending;
}

async function findHeaders(connection: Connection): Promise<Record<string, string>> {
  const { user, name } = connection.profile;
  if (user?.includes("@")) return { From: user };
  const http = await connection.http();
  if (user !== undefined && user !== "me") return { From: await addressOf(http, user) };
  if (http.keyKind === "user") return {};
  const own = await readOwner(http);
  if (own?.email !== undefined) return { From: own.email };
  if (own !== undefined) return {};
  throw usageError(
    `the key of profile "${name}" belongs to no user, and a change needs the e-mail address of one`,
    name === "env" ? userHint : `onduty profiles edit ${name} --user EMAIL, or set ONDUTY_USER`,
  );
}

/** The owner of the key; undefined when it belongs to no user. */
async function readOwner(http: HttpClient): Promise<{ email?: string } | undefined> {
  try {
    const email = asText(readOne(await http.request("GET /users/me"), "user", "GET /users/me").email);
    return email === null ? {} : { email };
  } catch (error) {
    // A key of the account is a 400. A token of an app may not be allowed to ask.
    if (error instanceof CliError && (error.status === 400 || error.status === 403)) return undefined;
    throw error;
  }
}

/** The e-mail address of a user by id or name. */
async function addressOf(http: HttpClient, user: string): Promise<string> {
  const email = /^[A-Z0-9]{7,14}$/.test(user) ? await addressById(http, user) : await addressByName(http, user);
  if (email !== undefined) return email;
  throw usageError(`"${user}", the user of the profile, is not found, or has no e-mail address`, userHint);
}

async function addressById(http: HttpClient, id: string): Promise<string | undefined> {
  try {
    const answer = await http.request(`GET /users/${encodePart(id)}`);
    return asText(readOne(answer, "user", "GET /users/{id}").email) ?? undefined;
  } catch (error) {
    if (error instanceof CliError && error.kind === "notFound") return undefined;
    throw error;
  }
}

async function addressByName(http: HttpClient, name: string): Promise<string | undefined> {
  const { rows } = readRows(await http.request("GET /users", { query: { query: name } }), "users", "GET /users");
  const users = rows.map((row) => ({ id: asText(row.id) ?? "", name: nameOf(row) ?? "", email: asText(row.email) }));
  const { things, by } = match(name, users);
  return things.length === 1 && by !== "beginning" ? (things[0]?.email ?? undefined) : undefined;
}
