import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { type Identity, type KeyKind, type KeyScopes, type KeyVerdict, noScopes } from "../../model/key.ts";
import type { Connection } from "../provider.ts";
import { readList } from "./wire.ts";

/** Lists to read, each of which needs its own scope. */
const probes = ["incidents", "services", "schedules", "users", "teams"] as const;

/** Scopes that only a write could test. */
const writes = ["events:write", ...probes.map((area) => `${area}:write`)];

/** The kind of an API key by its prefix. Source: the reference names two prefixes; 1.3.1 issues `ok_` for either kind. */
export function kindOf(key: string): string | null {
  if (key.startsWith("sk_live_")) return "live";
  return key.startsWith("sk_test_") ? "test" : null;
}

/** See `Provider.validateKey`. A list means that the key has the scope, 403 that it lacks it, 404 that the route is missing. */
export async function validateKey(connection: Connection, kind: KeyKind): Promise<KeyVerdict> {
  const empty = { account: null, requestId: null, scopes: noScopes };
  if (kind !== "api") {
    return {
      ...empty,
      status: "unknown",
      kind: "integration",
      message: "an integration key cannot be checked without sending an event",
    };
  }
  const http = await connection.http(kind);
  const { keyKind } = http;
  const answers = await Promise.all(probes.map((area) => probe(http, area)));
  const areas = (wanted: string): string[] =>
    answers.filter(({ result }) => result === wanted).map(({ area }) => `${area}:read`);
  const scopes: KeyScopes = {
    granted: areas("granted"),
    missing: areas("missing"),
    untested: writes,
    absent: areas("absent"),
  };
  const failed =
    answers.find(({ result }) => result === "invalid") ?? answers.find(({ result }) => result === "unknown");
  const requestId = failed?.error?.requestId ?? null;
  if (failed?.result === "invalid")
    return { ...empty, status: "invalid", kind: keyKind, message: "the key was not accepted (401)", requestId };
  if (scopes.missing.length > 0) {
    return {
      ...empty,
      status: "restricted",
      kind: keyKind,
      scopes,
      message: `the key lacks ${scopes.missing.join(", ")}`,
      requestId,
    };
  }
  if (failed !== undefined)
    return { ...empty, status: "unknown", kind: keyKind, scopes, message: failed.error?.message ?? null, requestId };
  if (scopes.granted.length === 0) {
    return {
      ...empty,
      status: "unknown",
      kind: keyKind,
      scopes,
      message: "this server has none of the routes; is this the right base URL?",
      requestId,
    };
  }
  return { ...empty, status: "valid", kind: keyKind, scopes, message: null };
}

interface Probe {
  area: string;
  result: "granted" | "missing" | "absent" | "invalid" | "unknown";
  error?: CliError;
}

async function probe(http: HttpClient, area: string): Promise<Probe> {
  try {
    const { body } = await http.request(`GET /api/${area}`, { query: { limit: 1 } });
    // A proxy may return 200 as well: only a list proves that the vendor accepted the key.
    readList(body, area, `GET /api/${area}`);
    return { area, result: "granted" };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.status === 401) return { area, result: "invalid", error };
    if (error.status === 403) return { area, result: "missing", error };
    return { area, result: error.status === 404 ? "absent" : "unknown", error };
  }
}

/** The vendor has no route that identifies the key owner: the profile's user is used instead. */
export async function whoami(connection: Connection): Promise<Identity> {
  const { scopes, status, message, kind } = await validateKey(connection, "api");
  if (status === "invalid")
    throw new CliError("auth", message ?? "the key was not accepted", { status: 401, hint: "onduty keys validate" });
  if (status === "unknown")
    throw new CliError("network", message ?? "the key could not be checked", { retryable: true });
  const { user } = connection.profile;
  return {
    account: null,
    user: user === undefined ? null : { id: user, name: null, email: null },
    key: { kind, scopes },
  };
}
