import type { Vendor } from "../context.ts";
import { type CliError, unsupported } from "../errors.ts";

/** The error of something about an incident that the vendor has no route for, with the page where a person may find it. */
export function lacksRoute({ provider, connection }: Vendor<"incidents">, what: string, id: string): CliError {
  return unsupported(provider.name, what, `see ${provider.incidents.page(connection, { id, url: null })}`);
}
