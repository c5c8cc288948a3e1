import { CliError } from "../errors.ts";
import type { RawResponse } from "./dialect.ts";
import type { TransportRequest } from "./transport.ts";

const maxRedirects = 5;

export function isRedirect({ status, headers }: RawResponse): boolean {
  return status >= 300 && status < 400 && headers.location !== undefined;
}

/**
 * The request that a redirect asks for, number `hop` of its chain (from 0).
 *
 * @throws {CliError} `failure` when it leads to another origin, where the key must not go, is a write, or one too many
 */
export function followRedirect(request: TransportRequest, response: RawResponse, hop: number): TransportRequest {
  const { origin, method, path } = request;
  const to = new URL(response.headers.location ?? "", new URL(path, origin));
  if (to.origin !== origin) throw refused(response, `the server redirects to ${to.host}, where the key must not go`);
  if (method !== "GET" && method !== "HEAD")
    throw refused(response, "the server redirects a write, which is not followed");
  if (hop >= maxRedirects) throw refused(response, `the server redirects more than ${maxRedirects} times`);
  return { ...request, path: `${to.pathname}${to.search}` };
}

function refused({ route, status }: RawResponse, why: string): CliError {
  return new CliError("failure", `${route}: ${why} (${status})`, {
    status,
    hint: "is the base URL right? onduty profiles show",
  });
}
