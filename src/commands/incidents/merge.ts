import { readIds } from "../../cli/arguments/ids.ts";
import { defineCommand } from "../../cli/command.ts";
import { ids, requiredText, text, words } from "../../cli/options.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { couldNot, mayHaveHappened, outcomeShape, outcomesResult } from "../../incidents/outcome.ts";
import { forProfile } from "../../model/command-line.ts";

export const merge = defineCommand({
  name: "merge",
  summary: "Merge incidents into another one, which cannot be undone; where the vendor can",
  arguments: { words: words("source", "ids, or - to read them from standard input", { completes: ids("incidents") }) },
  options: {
    into: requiredText("id", "the incident that stays", { completes: ids("incidents") }),
    note: text("text", "comment to leave with it"),
  },
  needs: "incidents",
  writes: true,
  output: outcomeShape,
  examples: [
    "onduty incidents merge inc_2 inc_3 --into inc_1",
    "onduty incidents list --query checkout --quiet | onduty incidents merge - --into inc_1",
  ],
  exitCodes: {
    ok: "merged",
    failure: "refused",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "not found",
    partial: "some merged and some not",
  },
  check({ into }) {
    if (into.trim() === "") throw usageError("--into names no incident", "--into ID");
  },
  async run({ ctx, args, options, printer, vendor: { provider, connection } }) {
    const into = options.into.trim();
    const sources = await readIds(ctx.streams.in, args.words, { profile: connection.profile.name });
    const itself = sources.find((id) => id.toLowerCase() === into.toLowerCase());
    if (itself !== undefined)
      throw usageError(`"${itself}" cannot be merged into itself`, "leave it out of the sources");
    const { merge: mergeIncidents } = provider.incidents;
    if (mergeIncidents === undefined) throw unsupported(provider.name, "way to merge incidents");
    const merging = mergeIncidents(connection, sources, into, options.note);
    const outcomes = await printer.progress("merging", merging).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      throw mayHaveHappened(
        couldNot("merge", sources, error, connection.profile),
        "merged",
        forProfile(`onduty incidents timeline ${into}`, connection.profile),
      );
    });
    return outcomesResult("merge", outcomes, { profile: connection.profile });
  },
});
