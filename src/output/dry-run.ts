import type { DryRequest } from "../model/dry-request.ts";
import type { Format } from "./options.ts";
import { type AnyResult, list, type ResultEnd, type StreamResult, silent, text } from "./result.ts";
import type { Shape } from "./shape.ts";

/** Something that keeps requests instead of sending them. */
export interface DryRun {
  dryRequests: DryRequest[];
}

const dryRunShape: Shape<DryRequest> = {
  columns: [
    { header: "METHOD", value: (request) => request.method },
    { header: "ROUTE", value: (request) => request.route },
    { header: "QUERY", value: (request) => new URLSearchParams(request.query).toString() || null },
    { header: "BODY", value: (request) => (request.body === null ? null : JSON.stringify(request.body)) },
  ],
  fields: ["method", "route", "query", "body"],
};

/**
 * Does `work` with a connection that sends no writes. Gives what `work` gave, undefined when it came to a write and could not go on
 * without its response, and the requests it would have sent.
 *
 * @throws what `work` throws, when it failed before it came to a write
 */
export async function attempt<Result>(
  { dryRequests }: DryRun,
  work: () => Promise<Result>,
): Promise<{ result: Result | undefined; requests: DryRequest[] }> {
  const before = dryRequests.length;
  let result: Result | undefined;
  try {
    result = await work();
  } catch (error) {
    // An error after a write that was not sent is caused by its missing response.
    if (dryRequests.length === before) throw error;
  }
  return { result, requests: dryRequests.slice(before) };
}

/** Requests that were not sent, as the result of a command. */
export function requestsResult(requests: readonly DryRequest[], format: Format): AnyResult {
  const notices = requests.length === 0 ? ["nothing would be sent"] : [];
  if (format !== "table") return list(requests, { shape: dryRunShape, notices });
  return requests.length === 0 ? silent({ notices }) : text(requests.map(dryRunText).join("\n"));
}

/** The same of requests that are still to come; `end` decides how the command ends, by how many there were. */
export function requestStream(
  pages: AsyncIterable<DryRequest[]>,
  end: (count: number) => ResultEnd,
): StreamResult<DryRequest> {
  return { kind: "stream", pages, shape: dryRunShape, line: dryRunText, end };
}

/** Method, route and query on one line, the body on the next. */
export function dryRunText({ method, route, query, body }: DryRequest): string {
  const search = new URLSearchParams(query).toString();
  const head = `${method} ${route}${search === "" ? "" : `?${search}`}`;
  return body === null ? head : `${head}\n${JSON.stringify(body)}`;
}
