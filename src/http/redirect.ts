import { CliError } from "../errors.ts";
import type { RawResponse } from "./dialect.ts";
import type { TransportRequest } from "./transport.ts";

const maxRedirects = 5;

export function isRedirect({ status, headers }: RawResponse): boolean {
  return status >= 300 && status < 400 && headers.location !== undefined;
}

/**
 * The request that follows a redirect, number `hop` of its chain (from 0).
 *
 * @throws {CliError} `failure` when it is not an address, leads to another origin, is a write, or one too many
 */
export function followRedirect(request: TransportRequest, response: RawResponse, hop: number): TransportRequest {
  const { origin, method, path } = request;
  const location = response.headers.location ?? "";
  const from = new URL(path, origin);
  if (!URL.canParse(location, from.href))
    throw refused(response, "the server redirects to something that is no address");
  const to = new URL(location, from);
  if (to.origin !== origin)
    throw refused(response, `refused a redirect to ${to.host}: the key is sent only to ${new URL(origin).host}`);
  if (method !== "GET" && method !== "HEAD") throw refused(response, "refused a redirect of a write");
  if (hop >= maxRedirects) throw refused(response, `the server redirects more than ${maxRedirects} times`);
  return { ...request, path: `${to.pathname}${to.search}` };
}

function refused({ route, status }: RawResponse, why: string): CliError {
  return new CliError("failure", `${route}: ${why} (${status})`, {
    status,
    hint: "check the base URL: onduty profiles show",
  });
}
