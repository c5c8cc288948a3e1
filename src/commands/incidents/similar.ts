import { readLimit } from "../../cli/arguments/list-options.ts";
import { defineCommand } from "../../cli/command.ts";
import { ids, valueOr, word } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { similarShape } from "../../incidents/alerts.ts";
import { lacksRoute } from "../../incidents/lacking.ts";
import { list, partly } from "../../output/result.ts";

const maxSimilar = 100;

export const similar = defineCommand({
  name: "similar",
  summary: "List earlier incidents that are like one, and how they were resolved; where the vendor has them",
  arguments: { id: word("id", "id of the incident", { completes: ids("incidents") }) },
  options: {
    limit: valueOr<number>("n", `maximum number of incidents to list, up to ${maxSimilar}`, readLimit, {
      value: 5,
      word: "5",
    }),
  },
  needs: "incidents",
  output: similarShape,
  examples: ["onduty incidents similar inc_1", "onduty incidents similar inc_1 --limit 20 --json"],
  exitCodes: {
    ok: "listed",
    usage: "usage, or the vendor lists none",
    network: "no response",
    auth: "key",
    notFound: "not found",
  },
  check({ limit }) {
    if (limit > maxSimilar) throw usageError(`--limit is ${limit}, and at most ${maxSimilar}`, `--limit ${maxSimilar}`);
  },
  async run({ args, options, printer, vendor }) {
    const id = args.id.trim();
    const { similar: find } = vendor.provider.incidents;
    if (find === undefined) throw lacksRoute(vendor, "list of similar incidents", id);
    const finding = find(vendor.connection, id, options.limit);
    const { rows, unknown, total } = await printer.progress(`looking for incidents like ${id}`, finding);
    if (total === undefined) return list(rows, partly(unknown));
    const more = total > maxSimilar ? "" : `; --limit ${total} lists all`;
    return list(rows, { ...partly(unknown), notices: [`showing ${rows.length} of ${total}${more}`] });
  },
});
