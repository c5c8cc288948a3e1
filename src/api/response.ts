import { CliError } from "../errors.ts";
import type { HttpClient } from "../http/client.ts";
import type { Printer } from "../output/printer.ts";
import { type ReceivedResult, received } from "../output/result.ts";
import { sanitizeJson } from "../output/sanitize.ts";
import { type ApiRequest, toOptions } from "./request.ts";

/** What is printed of a response, and in which form. */
export interface ResponseOptions {
  /** Status and headers before the body, also of a failure. */
  include?: boolean;
  /** The expression that the response goes through; the body of a failure does not. */
  jq?: string;
}

/**
 * Sends one request. Its response is printed as it came.
 *
 * @throws {CliError} what the vendor refused, or that no response came
 */
export async function requestOnce(
  printer: Printer,
  http: HttpClient,
  request: ApiRequest,
  { include = false, jq }: ResponseOptions,
): Promise<ReceivedResult> {
  let raw: { status: number; headers: Record<string, string>; text: string } | undefined;
  const work = http.request(request.route, {
    ...toOptions(request),
    onResponse: (one) => {
      raw = one;
    },
  });
  const ended = await printer.progress("asking", work).catch((error: unknown) => ({ error }));
  const head = include && raw !== undefined ? { head: headOf(raw) } : {};
  const text = raw?.text ?? "";
  if ("error" in ended) {
    if (raw === undefined || !(ended.error instanceof CliError)) throw ended.error;
    // A page for a browser is no help at a terminal. The expression is for what was asked for, which did not come.
    if (!isJson(text)) return received(include ? text : "", { ...head, failure: ended.error });
    return received(sanitizeJson(text), { ...head, isJson: jq === undefined, failure: ended.error });
  }
  if (ended.body !== undefined) return received(text, { ...head, isJson: true });
  if (printer.format === "table" || text.trim() === "") return received(text, head);
  const failure = new CliError("failure", `${request.route}: the response is not JSON`, {
    hint: "leave out the format",
  });
  return received("", { ...head, failure });
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

function headOf({ status, headers }: { status: number; headers: Record<string, string> }): string {
  const lines = [`HTTP ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return `${lines.join("\n")}\n`;
}
