import { readIds } from "../../cli/arguments/ids.ts";
import { defineCommand } from "../../cli/command.ts";
import { words } from "../../cli/options.ts";
import { CliError, isInterrupt } from "../../errors.ts";
import { forProfile } from "../../model/command-line.ts";
import { list } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";

interface Removed {
  id: string;
  outcome: "removed" | "notFound" | "failed";
  error: string | null;
}

const removedShape: Shape<Removed> = {
  columns: [
    { header: "ID", value: ({ id }) => id },
    { header: "OUTCOME", value: ({ outcome }) => outcome },
    { header: "ERROR", value: ({ error }) => error, cut: 1 },
  ],
  fields: ["id", "outcome", "error"],
  id: ({ id }) => id,
};

export const remove = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "End silences before their time",
  arguments: { words: words("id", "ids of silences, or - to read them from standard input") },
  needs: "silences",
  writes: true,
  output: removedShape,
  examples: [
    "onduty silences remove 4100000000001:66aa00000000000000000001",
    "onduty silences list --service checkout --quiet | onduty silences remove -",
  ],
  exitCodes: {
    ok: "removed",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "not found",
    partial: "some removed and some not",
  },
  async run({ ctx, args, printer, vendor: { provider, connection } }) {
    const ids = await readIds(ctx.streams.in, args.words, { profile: connection.profile.name });
    const rows: Removed[] = [];
    const errors: CliError[] = [];
    for (const id of ids) {
      // What is wrong with all of them is not asked for again.
      if (errors.some((error) => isInterrupt(error) || /^(network|auth|rateLimited)$/.test(error.kind))) {
        rows.push({ id, outcome: "failed", error: "not tried" });
        continue;
      }
      try {
        await printer.progress(`removing ${id}`, provider.silences.remove(connection, id));
        rows.push({ id, outcome: "removed", error: null });
      } catch (thrown) {
        if (!(thrown instanceof CliError)) throw thrown;
        const error = inDoubt(thrown, id, forProfile("onduty silences list", connection.profile));
        errors.push(error);
        rows.push({ id, outcome: error.kind === "notFound" ? "notFound" : "failed", error: error.message });
      }
    }
    const first = errors.find(isInterrupt) ?? errors[0];
    if (first === undefined) return list(rows);
    const removed = rows.filter(({ outcome }) => outcome === "removed").length;
    const isAlike = errors.every(({ kind }) => kind === first.kind);
    if (isInterrupt(first) || (removed === 0 && isAlike)) return list(rows, { failure: first });
    const text = `could not remove ${ids.length - removed} of ${ids.length} silences: ${first.message}`;
    const failure = new CliError("partial", text, { hint: first.hint });
    return list(rows, { failure });
  },
});

/** Names the silence of which it is not known whether it ended before the user stopped the program. */
function inDoubt(error: CliError, id: string, look: string): CliError {
  if (!isInterrupt(error) || error.reason !== "maybeSent") return error;
  return error.reworded(`it is not known whether ${id} was removed; look: ${look}`);
}
