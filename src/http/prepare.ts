import { usageError } from "../errors.ts";
import { isLoopback } from "../model/loopback.ts";
import type { Dialect, OutgoingRequest } from "./dialect.ts";
import type { RequestOptions, Route } from "./request.ts";
import type { TransportRequest } from "./transport.ts";

/** The values that all requests of a client share. */
export interface RequestBase {
  origin: string;
  /** Path of the base URL, without a slash at its end; kept in front of every route. */
  prefix: string;
  userAgent: string;
  dialect: Dialect;
}

/** Builds the request to send, with the key. */
export function prepare(route: Route, options: RequestOptions, base: RequestBase): TransportRequest {
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "gzip, deflate",
    "user-agent": base.userAgent,
  };
  if (options.body !== undefined || options.bodyText !== undefined) headers["content-type"] = "application/json";
  if (options.headers !== undefined) Object.assign(headers, options.headers);
  const outgoing = new Outgoing(route, headers, options);
  base.dialect.authorize(outgoing);
  const space = route.indexOf(" ");
  return {
    origin: base.origin,
    method: route.slice(0, space),
    path: `${base.prefix}${route.slice(space + 1)}${outgoing.search}`,
    headers,
    body: options.bodyText ?? (outgoing.body === undefined ? null : JSON.stringify(outgoing.body)),
  };
}

class Outgoing implements OutgoingRequest {
  readonly route: Route;
  headers: Record<string, string>;
  body: unknown;
  /** Created only when needed: most requests of a bulk send have no query. */
  #query: URLSearchParams | undefined;

  constructor(route: Route, headers: Record<string, string>, { body, bodyText, search, query }: RequestOptions) {
    this.route = route;
    this.headers = headers;
    this.body = bodyText === undefined ? body : undefined;
    if (search !== undefined) this.#query = new URLSearchParams(search);
    for (const name in query) {
      const value = query[name];
      if (value !== undefined) this.query.append(name, String(value));
    }
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams();
    return this.#query;
  }

  /** The query with its `?`; empty for none. */
  get search(): string {
    return this.#query === undefined || this.#query.size === 0 ? "" : `?${this.#query}`;
  }
}

/** @throws {CliError} `usage` on an invalid base URL, or one that would send the key in clear text */
export function parseBaseUrl(baseUrl: string, allowHttp: boolean): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw usageError(`"${baseUrl}" is not a base URL`, "https://host.example.com");
  }
  if (base.protocol === "http:" && !allowHttp && !isLoopback(base.hostname)) {
    throw usageError(
      `http:// to ${base.host} would send the key in clear text`,
      "use https://, or onduty profiles edit NAME --allow-http",
    );
  }
  return base;
}
