import { usageError } from "../errors.ts";
import type { RequestOptions, Route } from "../http/request.ts";
import type { KeyKind } from "../model/key.ts";
import type { Connection, Provider } from "../providers/provider.ts";
import { type Field, type Pair, queryPair } from "./fields.ts";

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof methods)[number];

/** A request to any route of a vendor. */
export interface ApiRequest {
  route: Route;
  search: Pair[];
  body: ApiBody | undefined;
  headers: Record<string, string>;
  idempotent: boolean;
}

/** JSON as it is sent, and its value. */
export interface ApiBody {
  text: string;
  value: unknown;
}

/** A path below the base URL, and its query string. */
export interface Place {
  path: `/${string}`;
  search: string;
}

/** The parts of a request. */
export interface RequestParts {
  method: Method;
  place: Place;
  query: readonly Pair[];
  /** Fields in the query string, for a method without a body; other methods have them in `body`. */
  fields: readonly Field[];
  body: ApiBody | undefined;
  headers: readonly Pair[];
}

/** @throws {CliError} `usage` if a file would be part of the query string */
export function toRequest({ method, place, query, fields, body, headers }: RequestParts): ApiRequest {
  return {
    route: `${method} ${place.path}`,
    search: [...new URLSearchParams(place.search), ...query, ...(isRead(method) ? fields.map(queryPair) : [])],
    body,
    headers: Object.fromEntries(headers),
    // The HTTP standard defines these methods as idempotent: a repeat has no further effect.
    idempotent: isRead(method) || method === "PUT" || method === "DELETE",
  };
}

/** Whether requests of this method change nothing, and have no body. */
export function isRead(method: Method): boolean {
  return method === "GET" || method === "HEAD";
}

export function toOptions({ search, body, headers, idempotent }: ApiRequest): RequestOptions {
  return {
    ...(search.length > 0 && { search: new URLSearchParams(search).toString() }),
    ...(body !== undefined && { bodyText: body.text }),
    headers,
    idempotent,
    anyType: true,
  };
}

/** The kind of key that a request carries; null for none. */
export function keyOf(
  { route, search, headers, body }: ApiRequest,
  { provider, connection }: { provider: Pick<Provider, "keyOf">; connection: Pick<Connection, "keys"> },
): KeyKind | null {
  if (provider.keyOf === undefined) return "api";
  const path = route.slice(route.indexOf(" ") + 1);
  const names = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return provider.keyOf(
    { path, search: new URLSearchParams(search), headers: names, body: body?.value },
    connection.keys,
  );
}

/** Resolves a path, or an address below the base URL. @throws {CliError} `usage` if it is on another host */
export function toPlace(target: string, baseUrl: string): Place {
  const base = new URL(baseUrl);
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) {
    const url = URL.canParse(target, base.href) ? new URL(target, base) : undefined;
    const prefix = base.pathname.replace(/\/+$/, "");
    if (url === undefined || url.origin !== base.origin || !`${url.pathname}/`.startsWith(`${prefix}/`))
      throw usageError(`"${target}" is not below ${baseUrl}, where the key belongs`, "onduty api /path");
    return { path: `/${url.pathname.slice(prefix.length + 1)}`, search: url.search.slice(1) };
  }
  if (!target.startsWith("/")) throw usageError(`the path "${target}" does not begin with /`, `onduty api /${target}`);
  if (/[\s\u0000-\u001f\u007f\\]/.test(target))
    throw usageError("the path has a blank, control character or backslash in it");
  const [path = "", ...search] = target.split("#")[0]?.split("?") ?? [];
  if (path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part)))
    throw usageError(`the path "${target}" leads upwards`);
  return { path: path as `/${string}`, search: search.join("?") };
}
