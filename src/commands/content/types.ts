import { defineCommand } from "../../cli/command.ts";
import { contentExitCodes } from "../../cli/families/content.ts";
import { endOfList, limitOf, limitOptions } from "../../cli/families/listing.ts";
import { typeShape } from "../../content/shape.ts";
import { pages } from "../../output/result.ts";

/** Default maximum of types in a list. */
const defaultLimit = 100;

export const types = defineCommand({
  name: "types",
  summary: "List the types of content",
  options: limitOptions("types", defaultLimit),
  needs: "content",
  output: typeShape,
  examples: ["onduty content types", "onduty content types --jq '.[].name' -r"],
  exitCodes: contentExitCodes,
  check(options) {
    limitOf(options, defaultLimit);
  },
  async run({ options, vendor: { provider, connection } }) {
    const limit = limitOf(options, defaultLimit);
    // One row more than is shown reveals whether the list ends here.
    const found = provider.content.types(connection, limit + 1);
    return pages(found, { limit, progress: "listing", end: endOfList(options) });
  },
});
