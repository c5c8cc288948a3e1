import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { RequestOptions, Route } from "../../http/request.ts";
import { parseJson } from "../../model/json.ts";
import {
  type Identity,
  type KeyKind,
  type KeyPurpose,
  type KeyScopes,
  type KeyStatus,
  type KeyVerdict,
  noScopes,
} from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { readList } from "./wire.ts";

/** Lists to read, each of which needs its own scope. */
const areas = ["incidents", "services", "schedules", "users", "teams"] as const;
const reads = areas.map((area) => `${area}:read` as const);
const eventsWrite = "events:write";
const incidentsWrite = "incidents:write";

type Scope = (typeof reads)[number] | typeof eventsWrite | typeof incidentsWrite;

/** Scopes that only a write could test. */
const neverTested = ["services:write", "schedules:write", "users:write", "teams:write"];

/** All that server 1.3.1 has. */
const shippingScopes: readonly string[] = [
  eventsWrite,
  "incidents:read",
  incidentsWrite,
  "services:read",
  "schedules:read",
];

/** The scopes that each purpose needs. */
const neededFor: Record<KeyPurpose, readonly Scope[]> = {
  events: [eventsWrite],
  incidents: ["incidents:read", incidentsWrite],
  read: reads,
  all: [...reads, eventsWrite, incidentsWrite],
};

/** The kind of an API key by its prefix. Source: the reference names two prefixes; 1.3.1 issues `ok_` for either kind. */
export function kindOf(key: string): string | null {
  if (key.startsWith("sk_live_")) return "live";
  return key.startsWith("sk_test_") ? "test" : null;
}

/**
 * See `Provider.validateKey`. A list means that the key has the scope, 403 that it lacks it, 404 that the route is missing. Without
 * a purpose a key is for reading, or for events where it can read nothing and the profile has no integration key for them.
 */
export async function validateKey(connection: Connection, kind: KeyKind, purpose?: KeyPurpose): Promise<KeyVerdict> {
  const http = await connection.http(kind);
  if (kind !== "api") return validateIntegrationKey(http);
  const { answers, wanted } = await askScopes(connection, http, purpose);
  return toVerdict(answers, wanted, http.keyKind);
}

async function askScopes(
  connection: Connection,
  http: HttpClient,
  purpose?: KeyPurpose,
): Promise<{ answers: Probe[]; wanted: readonly Scope[] }> {
  let wanted = neededFor[purpose ?? "read"];
  const answers = await probeAll(http, wanted);
  if (purpose === undefined && isAllMissing(answers) && !connection.keys.has("integration")) {
    const events = await probe(http, eventsWrite);
    answers.push(events);
    if (events.result === "granted") wanted = neededFor.events;
  }
  return { answers, wanted };
}

function isAllMissing(answers: readonly Probe[]): boolean {
  const some = answers.filter(({ result }) => result !== "absent");
  return some.length > 0 && some.every(({ result }) => result === "missing");
}

function toVerdict(answers: readonly Probe[], wanted: readonly Scope[], kind: string | null): KeyVerdict {
  const found = (result: Probe["result"]): Scope[] => answers.filter((one) => one.result === result).map(toScope);
  const shipping = answers.some((one) => one.shipping === true);
  const scopes = scopesOf(found, shipping);
  const failed = findFailed(answers);
  const verdict = { kind, scopes, account: null, requestId: failed?.error?.requestId ?? null };
  if (failed?.result === "invalid")
    return { ...verdict, scopes: noScopes, status: "invalid", message: "the key was not accepted (401)" };
  const lacking = found("missing").filter((scope) => wanted.includes(scope));
  if (lacking.length > 0) return { ...verdict, status: "restricted", message: `the key lacks ${lacking.join(", ")}` };
  if (failed !== undefined) return { ...verdict, status: "unknown", message: failed.error?.message ?? null };
  if (scopes.granted.length === 0)
    return {
      ...verdict,
      status: "unknown",
      message: "this server has none of the routes; is this the right base URL?",
      wrongServer: true,
    };
  const message =
    found("missing").length > 0 && wanted.length === 1
      ? "the key can send events, and nothing else"
      : scopes.granted.includes("incidents:read") && shipping
        ? partialKey
        : null;
  return { ...verdict, status: "valid", message };
}

function findFailed(answers: readonly Probe[]): Probe | undefined {
  return answers.find(({ result }) => result === "invalid") ?? answers.find(({ result }) => result === "unknown");
}

function scopesOf(found: (result: Probe["result"]) => Scope[], shipping: boolean): KeyScopes {
  const [granted, missing] = [found("granted"), found("missing")];
  const tested = new Set<string>([...granted, ...missing, ...found("absent"), ...found("unknown")]);
  const known = [...reads, eventsWrite, incidentsWrite, ...neverTested];
  // Server 1.3.1 has five scopes; the others are those of the reference.
  const absent = known.filter((scope) => (shipping ? !shippingScopes.includes(scope) : isIn(found("absent"), scope)));
  const untested = known.filter((scope) => !tested.has(scope) && !absent.includes(scope));
  return { granted, missing, untested, absent };
}

const isIn = (scopes: readonly string[], scope: string): boolean => scopes.includes(scope);

/** Source: a running server of 2026-08, whose list leaves out, without a word, what the key's owner may not see. */
export const partialKey =
  "if the key's owner has the role USER, this server shows only their own and their teams' incidents; use the key of a RESPONDER";

interface Probe {
  scope: Scope;
  result: "granted" | "missing" | "absent" | "invalid" | "unknown";
  error?: CliError;
  /** Whether it is server 1.3.1, by the form of its response; absent when that does not show it. */
  shipping?: boolean;
}

function toScope({ scope }: Probe): Scope {
  return scope;
}

/** One after the first, then the rest at once: a server that is down is asked only once. */
async function probeAll(http: HttpClient, [first, ...others]: readonly Scope[]): Promise<Probe[]> {
  if (first === undefined) return [];
  const answer = await probe(http, first);
  if (answer.result === "unknown" || answer.result === "invalid") return [answer];
  return [answer, ...(await Promise.all(others.map((scope) => probe(http, scope))))];
}

async function probe(http: HttpClient, scope: Scope): Promise<Probe> {
  try {
    return { scope, result: "granted", shipping: await ask(http, scope) };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.status === 401) return { scope, result: "invalid", error };
    // The documented API gives a code.
    if (error.status === 403) return { scope, result: "missing", error, shipping: error.code === undefined };
    return { scope, result: error.status === 404 ? "absent" : "unknown", error };
  }
}

/** Whether it is server 1.3.1, for a key with the scope. @throws {CliError} `auth` without it, and on any other failure */
async function ask(http: HttpClient, scope: Scope): Promise<boolean> {
  if (scope === eventsWrite) return askRefused(http, "POST /api/events", harmlessEvent);
  if (scope === incidentsWrite) return askRefused(http, "POST /api/incidents", {});
  const [area = ""] = scope.split(":");
  const { body } = await http.request(`GET /api/${area}` as Route, { query: { limit: 1 } });
  // A proxy may return 200 as well: only a list proves that the vendor accepted the key.
  return !readList(body, area, `GET /api/${area}` as Route).documented;
}

/**
 * An event without a service, which server 1.3.1 refuses after it has checked the scope, and before it writes. Where a server takes
 * it all the same, an acknowledgment of a key that was never used does nothing. Source: observed on the running server.
 */
const harmlessEvent = {
  event_action: "acknowledge",
  dedup_key: "onduty-keys-validate",
  payload: { summary: "onduty keys validate", source: "onduty", severity: "info" },
};

/** A write that the server refuses for its body, once it has accepted the key. Whether it is server 1.3.1. */
async function askRefused(http: HttpClient, route: Route, body: object): Promise<boolean> {
  let failure: unknown;
  const options: RequestOptions = {
    body,
    idempotent: true,
    reads: true,
    onResponse: ({ text }) => {
      failure = asObject(parseJson(text))?.error;
    },
  };
  try {
    const { body: taken } = await http.request(route, options);
    const { result, data } = asObject(taken) ?? {};
    if (typeof (asObject(result) ?? asObject(data))?.action === "string") return result !== undefined;
    throw new CliError("failure", `${route}: the response is not one of OpsKnight`);
  } catch (error) {
    // A proxy may refuse it as well, with a page of its own.
    if (error instanceof CliError && (error.status === 400 || error.status === 422) && failure !== undefined)
      return typeof failure === "string";
    throw error;
  }
}

/** An unknown integration key gets a 403, a known one a 400 for the empty body. Source: observed on the running server. */
async function validateIntegrationKey(http: HttpClient): Promise<KeyVerdict> {
  const verdict = { kind: "integration", scopes: noScopes, account: null };
  try {
    await askRefused(http, "POST /api/events", {});
    return { ...verdict, status: "valid", message: null, requestId: null };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    const { status, requestId = null, message } = error;
    const isRefused = status === 401 || status === 403;
    const state: KeyStatus = isRefused ? "invalid" : "unknown";
    const text = isRefused ? `the server does not know the integration key (${status})` : message;
    return { ...verdict, status: state, message: text, requestId };
  }
}

/** The vendor has no route that identifies the key owner: the profile's user is used instead. */
export async function whoami(connection: Connection): Promise<Identity> {
  const http = await connection.http();
  const { answers, wanted } = await askScopes(connection, http);
  const failure = findFailed(answers)?.error;
  if (failure !== undefined) throw failure;
  const { scopes, status, message, kind } = toVerdict(answers, wanted, http.keyKind);
  if (status === "unknown")
    throw new CliError("failure", message ?? "the key could not be checked", { hint: "onduty profiles show" });
  const { user } = connection.profile;
  return {
    account: null,
    user: user === undefined ? null : { id: user, name: null, email: null },
    key: { kind, scopes },
  };
}
