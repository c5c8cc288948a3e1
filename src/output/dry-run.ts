import type { DryRequest } from "../model/dry-request.ts";
import type { Printer } from "./printer.ts";
import type { Shape } from "./shape.ts";

/** Something that keeps requests instead of sending them. */
export interface DryRun {
  dryRequests: DryRequest[];
}

export const dryRunShape: Shape<DryRequest> = {
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
    // Whatever goes wrong after a write that was not sent comes of its missing response.
    if (dryRequests.length === before) throw error;
  }
  return { result, requests: dryRequests.slice(before) };
}

/** The same, and prints the requests. */
export async function printDryRun<Result>(
  printer: Printer,
  connected: DryRun,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const { result, requests } = await attempt(connected, work);
  await printRequests(printer, requests);
  return result;
}

/** Prints requests that were not sent. */
export async function printRequests(printer: Printer, requests: readonly DryRequest[]): Promise<void> {
  if (requests.length === 0) await printer.notice("nothing would be sent");
  if (printer.format !== "table") await printer.list([[...requests]], dryRunShape);
  else for (const request of requests) await printer.text(dryRunText(request));
}

/** Method, route and query on one line, the body on the next. */
export function dryRunText({ method, route, query, body }: DryRequest): string {
  const search = new URLSearchParams(query).toString();
  const head = `${method} ${route}${search === "" ? "" : `?${search}`}`;
  return body === null ? head : `${head}\n${JSON.stringify(body)}`;
}
