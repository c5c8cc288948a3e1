import type { Connected, DryRequest } from "../context.ts";
import type { Printer, Shape } from "../output/printer.ts";

const shape: Shape<DryRequest> = {
  columns: [
    { header: "METHOD", value: (request) => request.method },
    { header: "ROUTE", value: (request) => request.route },
    { header: "QUERY", value: (request) => new URLSearchParams(request.query).toString() || null },
    { header: "BODY", value: (request) => (request.body === null ? null : JSON.stringify(request.body)) },
  ],
  fields: ["method", "route", "query", "body"],
};

/**
 * Does `work` with a connection that sends no writes, and prints the requests it would have sent.
 *
 * @throws what `work` throws, when it failed before it came to a write
 */
export async function printDryRun(
  printer: Printer,
  { dryRequests }: Pick<Connected, "dryRequests">,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Whatever goes wrong after a write that was answered with nothing comes of that answer.
    if (dryRequests.length === 0) throw error;
  }
  if (dryRequests.length === 0) await printer.notice("nothing would be sent");
  if (printer.format !== "table") {
    await printer.list([dryRequests], shape);
    return;
  }
  for (const { method, route, query, body } of dryRequests) {
    const search = new URLSearchParams(query).toString();
    await printer.text(`${method} ${route}${search === "" ? "" : `?${search}`}`);
    if (body !== null) await printer.text(JSON.stringify(body));
  }
}
