import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { ContentFilter, ContentObject } from "../model/content.ts";
import type { Page } from "../model/incident.ts";

/** Pages of the objects of a type. @throws {CliError} `notFound` if the type is unknown */
export async function* listContent(
  { provider, connection }: Vendor<"content">,
  type: string,
  filter: ContentFilter,
): AsyncIterable<Page<ContentObject>> {
  try {
    yield* provider.content.list(connection, type, filter);
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw new CliError("notFound", `unknown content type "${type}"`, {
      hint: "onduty content types",
      status: 404,
      cause: error,
    });
  }
}
