import { collectContentFilter } from "../../cli/arguments/content-filter.ts";
import { defineCommand } from "../../cli/command.ts";
import { contentExitCodes, contentType, hydrateOption } from "../../cli/families/content.ts";
import { endOfList, limitOf, limitOptions } from "../../cli/families/listing.ts";
import { choiceOr, text, value } from "../../cli/options.ts";
import { listContent } from "../../content/list.ts";
import { objectShape } from "../../content/shape.ts";
import { usageError } from "../../errors.ts";
import { defined } from "../../model/object.ts";
import { pages } from "../../output/result.ts";

/** Default maximum of objects in a list. */
const defaultLimit = 100;

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List the objects of a type",
  arguments: { type: contentType },
  options: {
    filter: value(
      "condition",
      "field=value, !=, ~= (contains), <, <=, > or >=, or the vendor's JSON; may be repeated",
      collectContentFilter,
      { repeatable: true },
    ),
    query: text("text", "only with this text anywhere, by the vendor's search"),
    orderBy: text("field", "such as internal.updatedAt"),
    order: choiceOr("order", "direction of the order", ["asc", "desc"], "asc"),
    hydrate: hydrateOption("fill in what objects refer to: 0, 1 or 2"),
    ...limitOptions("objects", defaultLimit),
  },
  needs: "content",
  output: objectShape,
  examples: [
    "onduty content list runbook",
    "onduty content list runbook --filter service=checkout --order-by internal.updatedAt --order desc",
    "onduty content list runbook --query failover --quiet",
  ],
  exitCodes: contentExitCodes,
  check(options) {
    limitOf(options, defaultLimit);
    const { query, filter = {}, hydrate } = options;
    if (query !== undefined && (Object.keys(filter).length > 0 || hydrate > 0))
      throw usageError("the vendor's search takes neither --filter nor --hydrate", "leave out --query");
  },
  async run({ args, options, vendor }) {
    const { filter: filters = {}, query, orderBy, order, hydrate } = options;
    const limit = limitOf(options, defaultLimit);
    // One row more than is shown reveals whether the list ends here.
    const filter = { filters, order, hydrate, limit: limit + 1, ...defined({ query, orderBy }) };
    return pages(listContent(vendor, args.type, filter), { limit, progress: "listing", end: endOfList(options) });
  },
});
