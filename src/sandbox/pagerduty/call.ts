import type { SandboxIncident, Store } from "../model.ts";
import type { Reply } from "../reply.ts";

/* One request to PagerDuty's REST API, and its answers. Source: the vendor's OpenAPI and documentation. */

export interface Call {
  method: string;
  /** Parts of the path, without the empty one in front. */
  parts: readonly string[];
  query: URLSearchParams;
  /** Decoded JSON object; empty without one. */
  body: Record<string, unknown>;
  store: Store;
  /** Milliseconds since 1970. */
  now: number;
  /** When the sandbox began to serve: shifts are counted from there. */
  began: number;
  /** Place among the people of whoever acts: the owner of the key, or `From`; undefined for nobody. */
  actor: number | undefined;
  /** Place among the people of the owner of the key; undefined for a key of the account. */
  owner: number | undefined;
}

export type Handler = (call: Call) => Reply;

/** Codes that the documentation has for failures. */
export const codes = {
  invalid: 2001,
  arguments: 2002,
  from: 1008,
  denied: 2010,
  notFound: 2100,
  unauthorized: 2006,
} as const;

export function fail(status: number, message: string, code: number, errors?: readonly string[]): Reply {
  return { status, body: { error: { message, code, ...(errors !== undefined && { errors }) } } };
}

export const notFound = (): Reply => fail(404, "Not Found", codes.notFound);
export const invalid = (...errors: string[]): Reply => fail(400, "Invalid Input Provided", codes.invalid, errors);

export function ok(name: string, value: unknown, status = 200): Reply {
  return { status, body: { [name]: value } };
}

const maxRows = 10_000;

/** A page of rows by `limit` and `offset`. A limit above 100 counts as 100, without an error. */
export function page<Row>(
  { query }: Pick<Call, "query">,
  name: string,
  rows: readonly Row[],
  toWire: (row: Row) => unknown,
): Reply {
  const limit = Math.min(100, Number(query.get("limit") ?? 25) || 25);
  const offset = Number(query.get("offset") ?? 0) || 0;
  if (offset + limit > maxRows)
    return fail(400, "Arguments Caused Error", codes.arguments, [
      `Offset+limit exceeds maximum allowed value of ${maxRows}.`,
    ]);
  const some = rows.slice(offset, offset + limit);
  const total = query.get("total") === "true" ? rows.length : null;
  return {
    status: 200,
    body: { [name]: some.map(toWire), limit, offset, total, more: offset + some.length < rows.length },
  };
}

/** Values of a name that repeats, such as `statuses[]`; undefined when it is not given. */
export function valuesOf({ query }: Pick<Call, "query">, name: string): string[] | undefined {
  const values = query.getAll(`${name}[]`);
  return values.length === 0 ? undefined : values;
}

/** An incident by id or number. */
function findIncident(store: Store, word: string): SandboxIncident | undefined {
  return (
    store.find("pagerduty", word) ??
    (/^\d+$/.test(word) ? store.newestFirst("pagerduty").find((one) => String(one.sequence) === word) : undefined)
  );
}

/** An ISO time without milliseconds, as the vendor writes it; null for none. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The answer for the incident of the path. */
export function withIncident(call: Call, answer: (one: SandboxIncident) => Reply): Reply {
  const one = findIncident(call.store, decodeURIComponent(call.parts[1] ?? ""));
  return one === undefined ? notFound() : answer(one);
}
