import { CliError, type ErrorKind } from "../errors.ts";
import type { RawAnswer, Route, VendorError } from "./client.ts";
import { proxyHint } from "./proxy.ts";
import { isRetryable, parseRetryAfter } from "./retry.ts";

/** What a status means where the vendor's body says nothing more. */
const statusTexts: Record<number, string> = {
  400: "the server did not accept the request",
  401: "the key was not accepted",
  402: "the vendor asks for payment",
  403: "the key is not allowed to do this",
  404: "there is no such thing",
  405: "the server does not allow this method",
  408: "the server gave up waiting",
  409: "it conflicts with what is there",
  413: "the request is too large",
  415: "the server does not take this kind of body",
  422: "the server could not process the request",
  429: "too many requests",
  500: "the server failed",
  502: "the server behind the gateway failed",
  503: "the server is not available",
  504: "the server behind the gateway did not answer",
};

/** An answer that is a failure as the error it is: the vendor's words where it has any, never a web page or a URL. */
export function toHttpError(
  answer: RawAnswer,
  vendor: VendorError | undefined,
  now: Date,
  requestIdHeader?: string,
): CliError {
  const { route, status, headers } = answer;
  const kind = vendor?.kind ?? kindOf(status);
  const requestId = vendor?.requestId ?? requestIdOf(headers, requestIdHeader);
  const retryAfterMs = vendor?.retryAfterMs ?? parseRetryAfter(headers["retry-after"], now);
  const page = vendor === undefined && answer.body === undefined && isPage(headers);
  const lacksRoute = status === 404 && page;
  const own = lacksRoute
    ? "this server has no such route"
    : page
      ? "the server answered with a web page, not JSON"
      : statusText(status);
  return new CliError(kind, `${route}: ${vendor?.message ?? own} (${status})`, {
    hint: vendor?.hint ?? hintFor(status, page && !lacksRoute),
    status,
    code: vendor?.code,
    reason: lacksRoute ? "routeNotFound" : undefined,
    requestId,
    retryable: isRetryable(status),
    retryAfterMs,
  });
}

/** The id of a request by the headers of its response. */
export function requestIdOf(headers: Record<string, string>, header = "x-request-id"): string | undefined {
  return headers[header] ?? headers["x-request-id"];
}

function kindOf(status: number): ErrorKind {
  if (status === 401 || status === 403) return "auth";
  if (status === 404) return "notFound";
  return status === 429 ? "rateLimited" : "failure";
}

function isPage(headers: Record<string, string>): boolean {
  return (headers["content-type"] ?? "").includes("html");
}

function statusText(status: number): string {
  return statusTexts[status] ?? (status >= 500 ? "the server failed" : "the server refused");
}

function hintFor(status: number, page: boolean): string | undefined {
  if (status === 401) return "onduty keys validate";
  if (status === 429) return "--max-wait 2m waits longer";
  return page && status < 500 ? "is the base URL right? onduty profiles show" : undefined;
}

/** Whether an answer is a web page, which none of the vendors sends. */
export function isWebPage({ headers, text }: { headers: Record<string, string>; text: string }): boolean {
  return (headers["content-type"] ?? "").includes("html") || /^\s*</.test(text);
}

/** A 200 that is not JSON: most often a login page, of another server than the one meant. */
export function notJson({ route, status }: Pick<RawAnswer, "route" | "status">, page: boolean): CliError {
  const what = page ? "the server answered with a web page, not JSON" : "the answer is not JSON";
  return new CliError("failure", `${route}: ${what} (${status})`, {
    status,
    hint: "is the base URL right? onduty profiles show",
  });
}

/** What is known of a request that got no whole answer. */
export interface NetworkFailure {
  route: Route;
  host: string;
  /** What it went through; undefined when straight to the host. */
  proxy?: string | undefined;
  timeoutMs: number;
  /** Whether a byte of it may have arrived. */
  maybeSent: boolean;
  cause: unknown;
}

/** A request that got no whole answer as the error it is: what failed, in words, with the host but never the URL. */
export function toNetworkError({ route, host, proxy, timeoutMs, maybeSent, cause }: NetworkFailure): CliError {
  const { code = "" } = rootOf(cause);
  const told = describeProxyFailure(code, proxy) ?? describeFailure(cause, host, timeoutMs);
  return new CliError("network", `${route}: ${told.text}`, {
    hint: told.hint,
    reason: maybeSent ? "maybeSent" : undefined,
    systemCode: code || undefined,
    retryable: true,
    cause,
  });
}

/** What failed on the way to the proxy, which alone is asked for directly; undefined for all that comes later. */
function describeProxyFailure(code: string, proxy: string | undefined): { text: string; hint: string } | undefined {
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  // Neither user nor password is shown.
  const { host } = new URL(proxy);
  if (code === "ECONNREFUSED") return { text: `connection refused by the proxy ${host}`, hint: proxyHint };
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return { text: `cannot find the proxy ${host}`, hint: proxyHint };
  if (/^(EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return { text: `the proxy ${host} cannot be reached`, hint: proxyHint };
  return undefined;
}

/** The same in words, without the request. */
export function describeFailure(cause: unknown, host: string, timeoutMs: number): { text: string; hint?: string } {
  const { code = "", message = "" } = rootOf(cause);
  return describe(code, message, host, timeoutMs < 1000 ? `${timeoutMs} ms` : `${timeoutMs / 1000} s`);
}

/** Whether a failure came before any byte of the request can have been sent. */
export function neverConnected(cause: unknown): boolean {
  const { code = "", message = "" } = rootOf(cause);
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_PROXY_CLOSED)$/.test(
      code,
    ) || isTls(code, message)
  );
}

function describe(code: string, message: string, host: string, seconds: string): { text: string; hint?: string } {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        text: `cannot find host ${host}`,
        hint: "is the network up, and the base URL right? onduty profiles show",
      };
    case "ECONNREFUSED":
      return { text: `connection refused by ${host}` };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { text: `${host} cannot be reached` };
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return { text: `connection closed by ${host} before the whole answer came` };
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return { text: `no connection to ${host} within ${seconds}`, hint: "--timeout 60s waits longer" };
    case "UND_ERR_HEADERS_TIMEOUT":
      return { text: `no answer from ${host} within ${seconds}`, hint: "--timeout 60s waits longer" };
    case "UND_ERR_BODY_TIMEOUT":
      return { text: `the answer of ${host} stopped for ${seconds}`, hint: "--timeout 60s waits longer" };
    case "CERT_HAS_EXPIRED":
      return { text: `the certificate of ${host} has expired` };
    case "CERT_NOT_YET_VALID":
      return {
        text: `the certificate of ${host} is not valid yet`,
        hint: "is the clock of this machine right? onduty doctor",
      };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return { text: `the certificate of ${host} is for another name` };
  }
  if (/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) {
    const why = code.includes("SELF_SIGNED") ? "self-signed" : "unknown authority";
    return {
      text: `the certificate of ${host} is not trusted (${why})`,
      hint: "trust its authority: NODE_EXTRA_CA_CERTS=ca.pem, or caFile of the profile (profiles add --ca-file ca.pem)",
    };
  }
  if (isTls(code, message)) return { text: `no secure connection to ${host}: is it https at all?` };
  if (code.startsWith("HPE_")) return { text: `${host} does not speak HTTP` };
  if (/proxy/i.test(message)) {
    const status = /^Proxy response \((\d+)\)/.exec(message)?.[1];
    const text = `the proxy refused to connect to ${host}${status === undefined ? "" : ` (${status})`}`;
    return status === "407"
      ? { text, hint: "the proxy asks who you are: put USER:PASSWORD@ before its host" }
      : { text };
  }
  return { text: `no whole answer from ${host}${code === "" ? "" : ` (${code})`}` };
}

function isTls(code: string, message: string): boolean {
  return (
    /^(ERR_SSL|ERR_TLS|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) ||
    /wrong version number/.test(message)
  );
}

/** The innermost error that has a code; undici and Node wrap them, also several at once for one host. */
function rootOf(error: unknown): { code?: string; message?: string } {
  if (!(error instanceof Error)) return {};
  const [inner] = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  const deeper = rootOf(inner);
  if (deeper.code !== undefined) return deeper;
  const { code, message } = error as NodeJS.ErrnoException;
  return { ...(code !== undefined && { code }), message };
}
