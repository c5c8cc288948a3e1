import { readIds } from "../../cli/arguments/ids.ts";
import { readAll } from "../../cli/arguments/stdin.ts";
import { defineCommand } from "../../cli/command.ts";
import { ids, optionalWord, text, words } from "../../cli/options.ts";
import { CliError, usageError } from "../../errors.ts";
import { couldNot, mayHaveHappened, outcomeShape, outcomesResult } from "../../incidents/outcome.ts";
import { forProfile } from "../../model/command-line.ts";

export const comment = defineCommand({
  name: "comment",
  summary: "Add a comment to incidents, where the vendor has comments",
  arguments: {
    words: {
      ...words("words", "ids, then the text unless --note gives it", { completes: ids("incidents") }),
      shownAs: [words("id", "ids"), optionalWord("text", "unless --note gives it; - reads it from standard input")],
    },
  },
  options: { note: text("text", "the text; all words are ids then") },
  needs: "incidents",
  writes: true,
  output: outcomeShape,
  examples: [
    'onduty incidents comment inc_1 "Rolled back, watching it"',
    'onduty incidents comment inc_1 inc_2 --note "Same cause"',
    "./report.sh | onduty incidents comment inc_1 -",
  ],
  exitCodes: {
    ok: "added",
    failure: "refused",
    usage: "usage",
    network: "no response: it may have been added",
    auth: "key",
    notFound: "not found",
    partial: "some added and some not",
  },
  check(options, args) {
    const { given, targets } = split(args.words, options.note);
    if (targets.length === 0)
      throw usageError("a comment needs an incident and a text", 'onduty incidents comment ID "text"');
    if (given === "-" && targets.includes("-")) throw usageError("ids and text cannot both come from standard input");
  },
  async run({ ctx, args, options, printer, vendor: { provider, connection } }) {
    const { given, targets } = split(args.words, options.note);
    const note = (given === "-" ? await readAll(ctx.streams.in) : given).trim();
    if (note === "") throw usageError("the comment is empty", 'onduty incidents comment ID "text"');
    const found = await readIds(ctx.streams.in, targets, { profile: connection.profile.name });
    const action = { verb: "comment", note } as const;
    provider.incidents.check(action);
    const commenting = provider.incidents.act(connection, found, action);
    const outcomes = await printer.progress("commenting", commenting).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      throw mayHaveHappened(
        couldNot("comment on", found, error, connection.profile),
        "added",
        forProfile(`onduty incidents timeline ${found[0]}`, connection.profile),
      );
    });
    return outcomesResult("comment on", outcomes, { profile: connection.profile });
  },
});

/**
 * The text, and the words that are ids. A text that is not quoted is the words after the only id.
 *
 * @throws {CliError} `usage` where it is not clear which words are ids
 */
function split(given: readonly string[], note: string | undefined): { given: string; targets: readonly string[] } {
  if (note !== undefined) return { given: note, targets: given };
  const ids = given.slice(0, -1);
  const text = ids.findIndex((word, index) => index > 0 && isProse(word));
  if (text === -1) return { given: given.at(-1) ?? "", targets: ids };
  const rest = given.slice(text).join(" ");
  if (text === 1) return { given: rest, targets: ids.slice(0, 1) };
  const quoted = `'${rest.replaceAll("'", "'\\''")}'`;
  throw usageError(
    `"${given[text]}" is not an id; quote the text`,
    `onduty incidents comment ${ids.slice(0, text).join(" ")} --note ${quoted}`,
  );
}

/** No vendor's id is a word of small letters or has a blank or a mark in it. */
function isProse(word: string): boolean {
  return /^[a-z]+$/.test(word) || /[^\w-]/.test(word);
}
