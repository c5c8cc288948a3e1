import { existsSync } from "node:fs";
import { CliError } from "../errors.ts";
import { type EnvironmentFiles, unusedVariable } from "./authorities.ts";
import { ResponseTooLarge, TunnelRefused } from "./errors.ts";
import { proxyHint } from "./proxy.ts";
import type { Route } from "./request.ts";
import { maxBytes } from "./response.ts";

/** A request that got no complete response. */
export interface RequestFailure {
  route: Route;
  host: string;
  /** The proxy of the request; undefined for a direct connection. */
  proxy: string | undefined;
  timeoutMs: number;
  /** Files of certificates that the environment names. */
  authorities: EnvironmentFiles;
  cause: unknown;
}

/** The texts of a failure. */
export interface FailureText {
  text: string;
  hint?: string;
}

/**
 * The error of a request that got no complete response: what failed, with the host but never the URL. Its reason is `maybeSent`
 * unless it is certain that no byte of the request was sent.
 */
export function toRequestError({ route, host, proxy, timeoutMs, authorities, cause }: RequestFailure): CliError {
  if (cause instanceof CliError) return cause;
  if (cause instanceof ResponseTooLarge)
    return new CliError("failure", `${route}: the response is larger than ${maxBytes / 1024 / 1024} MiB`);
  const code = codeOf(rootOf(cause));
  const { text, hint } = describeProxyFailure(code, proxy) ?? describeFailure(cause, host, timeoutMs);
  // A file that was to make the certificate trusted, and cannot, is the likely cause.
  const unused = isUntrusted(cause) ? unusedVariable(authorities) : undefined;
  return new CliError("network", `${route}: ${text}`, {
    hint: unused ?? hint,
    reason: neverSent(code) ? undefined : "maybeSent",
    systemCode: code || undefined,
    retryable: true,
    cause,
  });
}

/** The failure between this machine and `host`, without the request. */
export function describeFailure(cause: unknown, host: string, timeoutMs: number): FailureText {
  const root = rootOf(cause);
  const code = codeOf(root);
  if (root instanceof TunnelRefused) return describeTunnel(root, host);
  return (
    describeConnection(code, host, timeoutMs < 1000 ? `${timeoutMs} ms` : `${timeoutMs / 1000} s`) ??
    describeTls(code, host) ?? { text: `incomplete response from ${host}${code === "" ? "" : ` (${code})`}` }
  );
}

/** A failure to connect to the proxy; undefined for any later failure. */
function describeProxyFailure(code: string, proxy: string | undefined): FailureText | undefined {
  if (proxy === undefined || !URL.canParse(proxy)) return undefined;
  // Shows neither user nor password.
  const { host } = new URL(proxy);
  if (code === "ECONNREFUSED") return { text: `connection refused by the proxy ${host}`, hint: proxyHint };
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return { text: `cannot find the proxy ${host}`, hint: proxyHint };
  if (/^(EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return { text: `the proxy ${host} cannot be reached`, hint: proxyHint };
  return undefined;
}

function describeTunnel({ status }: TunnelRefused, host: string): FailureText {
  const text = `the proxy refused to connect to ${host}${status === undefined ? "" : ` (${status})`}`;
  return status === 407
    ? { text, hint: "the proxy requires a user and password: put USER:PASSWORD@ before its host" }
    : { text };
}

function describeConnection(code: string, host: string, seconds: string): FailureText | undefined {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        text: `cannot find host ${host}`,
        hint: "check the network and the base URL: onduty profiles show",
      };
    case "ECONNREFUSED":
      return {
        text: `connection refused by ${host}`,
        hint: "is it running, and is the base URL right? onduty profiles show",
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { text: `${host} cannot be reached` };
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return { text: `connection closed by ${host} before the response was complete` };
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return { text: `no connection to ${host} within ${seconds}`, hint: "--timeout 60s waits longer" };
    case "UND_ERR_HEADERS_TIMEOUT":
      return { text: `no response from ${host} within ${seconds}`, hint: "--timeout 60s waits longer" };
    case "UND_ERR_BODY_TIMEOUT":
      return { text: `no complete response from ${host} within ${seconds}`, hint: "--timeout 60s waits longer" };
  }
  return code.startsWith("HPE_") ? { text: `${host} does not speak HTTP` } : undefined;
}

function describeTls(code: string, host: string): FailureText | undefined {
  switch (code) {
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
  if (untrusted.test(code)) {
    const why = code.includes("SELF_SIGNED") ? "self-signed" : "unknown authority";
    // What the system trusts does not help with a certificate that is its own authority.
    const bundle = code !== "DEPTH_ZERO_SELF_SIGNED_CERT" && existsSync(systemBundle) ? systemBundle : "ca.pem";
    return {
      text: `the certificate of ${host} is not trusted (${why})`,
      hint: `trust its authority: NODE_EXTRA_CA_CERTS=${bundle}, or caFile of the profile (profiles add --ca-file ca.pem)`,
    };
  }
  return isTls(code) ? { text: `TLS handshake failed with ${host}; does it serve HTTPS?` } : undefined;
}

const untrusted = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** The authorities that the system trusts, on Debian and what is made of it. */
const systemBundle = "/etc/ssl/certs/ca-certificates.crt";

/** Whether a request failed because nobody who is trusted has signed the certificate. */
export function isUntrusted(cause: unknown): boolean {
  return untrusted.test(codeOf(rootOf(cause)));
}

/** Whether an error of this code means that no byte of the request was sent. */
function neverSent(code: string): boolean {
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_PROXY_CLOSED|ERR_PROXY_REFUSED)$/.test(
      code,
    ) || isTls(code)
  );
}

function isTls(code: string): boolean {
  return /^(ERR_SSL|ERR_TLS|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
}

function codeOf(error: Error | undefined): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}

/** The innermost error that has a code, else the outermost; undici and Node wrap them, also several at once for one host. */
function rootOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const [inner] = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  const deeper = rootOf(inner);
  return codeOf(deeper) === "" ? error : deeper;
}
