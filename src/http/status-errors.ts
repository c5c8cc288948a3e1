import { CliError, type ErrorKind, type ErrorReason } from "../errors.ts";
import type { RawResponse, VendorError } from "./dialect.ts";
import { rateLimitResetMs } from "./rate-limit.ts";
import { requestIdIn } from "./request-id.ts";
import { isRetryable, parseRetryAfter } from "./retry.ts";

/** The message for a status, when the vendor's body has none. */
const statusTexts: Record<number, string> = {
  400: "the server did not accept the request",
  401: "the key was not accepted",
  402: "payment required",
  403: "the key is not allowed to do this",
  404: "not found",
  405: "the server does not allow this method",
  408: "the server timed out waiting for the request",
  409: "conflicts with the current state",
  413: "the request is too large",
  415: "the server does not take this kind of body",
  422: "the server could not process the request",
  429: "too many requests",
  500: "the server failed",
  502: "the server behind the gateway failed",
  503: "the server is not available",
  504: "the server behind the gateway did not respond",
};

/** The error for a failed response, with the vendor's message if it has one. Never contains a web page or a URL. */
export function toHttpError(
  response: RawResponse,
  vendor: VendorError | undefined,
  now: Date,
  requestIdHeader: string | undefined,
): CliError {
  const { route, status, headers } = response;
  const requestId = vendor?.requestId ?? requestIdIn(headers, requestIdHeader);
  const retryAfterMs =
    vendor?.retryAfterMs ??
    parseRetryAfter(headers["retry-after"], now) ??
    (status === 429 ? rateLimitResetMs(headers) : undefined);
  const page = vendor === undefined && response.body === undefined && isPage(headers);
  const lacksRoute = status === 404 && page;
  const kind = vendor?.kind ?? (lacksRoute ? "failure" : kindOf(status));
  const own = lacksRoute
    ? "this server has no such route"
    : page
      ? "the server responded with a web page, not JSON"
      : statusText(status);
  return new CliError(kind, `${route}: ${vendor?.message ?? own} (${status})`, {
    hint: vendor?.hint ?? hintFor(status, page),
    status,
    code: vendor?.code,
    reason: vendor?.reason ?? reasonOf(status, page),
    requestId,
    retryable: vendor?.retryable ?? isRetryable(status),
    retryAfterMs,
  });
}

function kindOf(status: number): ErrorKind {
  if (status === 401 || status === 403) return "auth";
  if (status === 404) return "notFound";
  return status === 429 ? "rateLimited" : "failure";
}

/** A method is refused, and a page sent in place of JSON, by a server that is not the vendor's: the base URL can be repaired. */
function reasonOf(status: number, page: boolean): ErrorReason | undefined {
  if (status === 405 || (page && status === 404)) return "routeNotFound";
  return page && status === 400 ? "repairable" : undefined;
}

function isPage(headers: Record<string, string>): boolean {
  return (headers["content-type"] ?? "").includes("html");
}

function statusText(status: number): string {
  return statusTexts[status] ?? (status >= 500 ? "the server failed" : "the server refused");
}

function hintFor(status: number, page: boolean): string | undefined {
  if (status === 401) return "onduty keys validate";
  if (status === 402 || status === 423) return "the account of the key decides this: is it paid, and not locked?";
  if (status === 429) return "--max-wait 2m waits longer";
  if (page && status < 500) return "check the base URL: onduty profiles show";
  return status === 405 ? "is the base URL right? onduty profiles show" : undefined;
}

/** Whether a response is a web page, which none of the vendors sends. */
export function isWebPage({ headers, text }: { headers: Record<string, string>; text: string }): boolean {
  return (headers["content-type"] ?? "").includes("html") || /^\s*</.test(text);
}

/** The error for a 200 that is not JSON: most often a login page of the wrong server. */
export function notJson({ route, status }: Pick<RawResponse, "route" | "status">, page: boolean): CliError {
  const what = page ? "the server responded with a web page, not JSON" : "the response is not JSON";
  return new CliError("failure", `${route}: ${what} (${status})`, {
    status,
    hint: "check the base URL: onduty profiles show",
  });
}

/** The error for a path that is none of the API's: the web application wants a person to log in. */
export function loginPage(
  { route, status }: Pick<RawResponse, "route" | "status">,
  routePrefix: string | undefined,
): CliError {
  const path = route.slice(route.indexOf(" ") + 1);
  const isApi = routePrefix === undefined || path === routePrefix || path.startsWith(`${routePrefix}/`);
  const prefix = isApi ? "" : `; API paths begin with ${routePrefix}`;
  return new CliError("failure", `${route}: the server responded with its login page${prefix} (${status})`, {
    status,
    hint: isApi
      ? "check the base URL: onduty profiles show"
      : `onduty api ${route.split(" ")[0]} ${routePrefix}${path}`,
  });
}
