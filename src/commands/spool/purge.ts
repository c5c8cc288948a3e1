import { defineCommand } from "../../cli/command.ts";
import { checkSpoolProfiles } from "../../cli/families/spool-profiles.ts";
import { flag, ids, optionalWords } from "../../cli/options.ts";
import type { GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { onSpool } from "../../events/on-spool.ts";
import { entriesIn, findEntries } from "../../events/spool-entries.ts";
import { openSpool, recoverSpool } from "../../events/spooled.ts";
import { quoteWord } from "../../model/command-line.ts";
import { count } from "../../model/text.ts";
import { notice, plan } from "../../output/result.ts";
import type { SpoolState } from "../../spool/spool.ts";

export const purge = defineCommand({
  name: "purge",
  summary: "Delete events from disk permanently; asks first",
  arguments: { ids: optionalWords("id", "only these", { completes: ids("spool") }) },
  options: {
    dead: flag("those that were refused (default)"),
    pending: flag("those that wait, which are then never delivered"),
    all: flag("both"),
  },
  profiles: "own",
  writes: true,
  examples: ["onduty spool purge", "onduty spool purge --all --yes"],
  exitCodes: { ok: "deleted", usage: "usage, or nobody to ask", notFound: "no such entry" },
  check({ dead, pending, all }) {
    if ([dead, pending, all].filter((given) => given === true).length > 1)
      throw usageError("--dead, --pending and --all exclude each other", "onduty spool purge --all");
  },
  run: ({ ctx, args, options, printer }) =>
    onSpool(ctx, async () => {
      await checkSpoolProfiles(ctx, options);
      const spool = openSpool(ctx, options);
      await recoverSpool(spool, printer);
      const entries =
        args.ids.length > 0
          ? await findEntries(spool, args.ids, statesOf(options, ["pending", "dead"]))
          : await entriesIn(spool, statesOf(options, ["dead"]));
      if (entries.length === 0) return notice("nothing to delete");
      const waiting = entries.filter(({ state }) => state === "pending").length;
      const what = count(entries.length, "event");
      const loss = waiting === 0 ? "" : `, ${waiting} of them not delivered yet`;
      return plan(`would delete ${what}${loss}`, {
        ask: { question: `Delete ${what}${loss}?`, hint: again(args.ids, options) },
        apply: () =>
          onSpool(ctx, async () => {
            let deleted = 0;
            for (const { state, id } of entries) if (await spool.remove(state, id)) deleted += 1;
            return notice(`deleted ${count(deleted, "event")}`);
          }),
      });
    }),
});

interface Chosen extends Pick<GlobalOptions, "profiles"> {
  dead?: boolean;
  pending?: boolean;
  all?: boolean;
}

/** The same command line with --yes: what it leaves out would be deleted as well. */
function again(ids: readonly string[], options: Chosen): string {
  const states = (["dead", "pending", "all"] as const).filter((name) => options[name] === true);
  return [
    "onduty spool purge",
    ...ids.map(quoteWord),
    ...states.map((name) => `--${name}`),
    ...(options.profiles ?? []).map((name) => `-p ${quoteWord(name)}`),
    "--yes",
  ].join(" ");
}

/** The states that the options name, else `usual`. */
function statesOf({ dead, pending, all }: Chosen, usual: SpoolState[]): SpoolState[] {
  if (all === true) return ["pending", "dead"];
  if (pending === true) return ["pending"];
  return dead === true ? ["dead"] : usual;
}
