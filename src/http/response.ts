import { CliError } from "../errors.ts";
import { oneLine } from "../model/control-characters.ts";
import { parseJson } from "../model/json.ts";
import type { Dialect, RawResponse, VendorError } from "./dialect.ts";
import { ResponseTooLarge } from "./errors.ts";
import type { HttpResponse, Route } from "./request.ts";
import { requestIdOf } from "./request-id.ts";
import { isWebPage, loginPage, notJson, toHttpError } from "./status-errors.ts";
import type { TransportResponse } from "./transport.ts";

/** Maximum of bytes in a response, before and after decompression. */
export const maxBytes = 10 * 1024 * 1024;

/** A response with its body as text. */
export interface TextResponse extends RawResponse {
  text: string;
  /** Path that the last redirect led to. */
  redirectedTo?: string;
}

/** Whether the server has led a request without its web application's session to the page where people log in. */
function isLoginPage(response: TextResponse): boolean {
  const { redirectedTo = "" } = response;
  return /\/(log|sign)-?in(?=[/?]|$)/i.test(redirectedTo) && isWebPage(response);
}

/**
 * The text of a body; only a compressed one has to be waited for.
 *
 * @throws {ResponseTooLarge} when it is larger than `maxBytes`; zlib's error when the body does not match its encoding
 */
export function textOf(route: Route, { headers, body }: TransportResponse): string | Promise<string> {
  const encoding = headers["content-encoding"];
  return encoding === undefined ? body.toString("utf8") : decompress(body, encoding, route);
}

/** The response with the text of its body decoded. */
export function decoded(route: Route, { status, headers }: TransportResponse, text: string): TextResponse {
  return { route, status, headers, text, body: parseJson(text) };
}

/** What `readResponse` needs of the client. */
export interface ReadOptions {
  dialect: Dialect;
  /** See `HttpClientConfig.requestIdHeader`. */
  requestIdHeader: string | undefined;
  /** See `HttpClientConfig.routePrefix`. */
  routePrefix: string | undefined;
  /** Masks keys: a vendor may repeat one in its message, and an error is kept in files and printed in many places. */
  redact(text: string): string;
  now(): Date;
}

/** Facts of the request that `readResponse` needs. */
export interface ReadRequest {
  attempts: number;
  /** Accepts a body that is not JSON. */
  anyType: boolean;
}

/** @throws {CliError} when the response is a failure, by its status or by its body, or not JSON */
export function readResponse(
  response: TextResponse,
  { attempts, anyType }: ReadRequest,
  options: ReadOptions,
): HttpResponse {
  const { status, headers, body, text } = response;
  const { dialect, redact, now, requestIdHeader } = options;
  const error = body === undefined && status < 400 ? undefined : dialect.readError(response);
  if (status >= 300 || error !== undefined)
    throw toHttpError(response, masked(readableError(error, response), redact), now(), requestIdHeader);
  if (body === undefined && isLoginPage(response)) throw loginPage(response, options.routePrefix);
  if (body === undefined && text.trim() !== "" && !anyType) throw notJson(response, isWebPage(response));
  return { status, headers, body, requestId: requestIdOf(response, requestIdHeader), attempts };
}

/** The error that the vendor's body reports; undefined when the body is not JSON, such as a web page. */
function readableError(error: VendorError | undefined, response: RawResponse): VendorError | undefined {
  const isEmpty = error === undefined || Object.values(error).every((value) => value === undefined);
  return isEmpty && response.body === undefined ? undefined : error;
}

function masked(error: VendorError | undefined, redact: (text: string) => string): VendorError | undefined {
  if (error === undefined) return undefined;
  // The text of an error is printed on one line.
  const mask = (text: string | undefined): string | undefined => text && oneLine(redact(text));
  return { ...error, message: mask(error.message), code: mask(error.code), requestId: mask(error.requestId) };
}

/** Decompresses the body, up to the limit. */
async function decompress(body: Buffer, encoding: string, route: Route): Promise<string> {
  const name = encoding.toLowerCase();
  if (body.length === 0 || name === "identity") return body.toString("utf8");
  const { gunzipSync, inflateSync } = await import("node:zlib");
  const method = { gzip: gunzipSync, "x-gzip": gunzipSync, deflate: inflateSync }[name];
  if (method === undefined)
    throw new CliError("failure", `${route}: the response is encoded as "${encoding}", which was not asked for`);
  try {
    return method(body, { maxOutputLength: maxBytes }).toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new ResponseTooLarge();
    throw error;
  }
}
