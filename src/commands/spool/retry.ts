import { defineCommand } from "../../cli/command.ts";
import { checkSpoolProfiles } from "../../cli/families/spool-profiles.ts";
import { flag, ids, optionalWords } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { onSpool } from "../../events/on-spool.ts";
import { findRefused } from "../../events/spool-entries.ts";
import { openSpool } from "../../events/spooled.ts";
import { count } from "../../model/text.ts";
import { notice, plan } from "../../output/result.ts";

export const retry = defineCommand({
  name: "retry",
  summary: "Move refused events back to pending, at their old place",
  arguments: { ids: optionalWords("id", "ids of `onduty spool list --dead`", { completes: ids("dead") }) },
  options: { all: flag("every one that was refused") },
  profiles: "own",
  writes: true,
  examples: ["onduty spool retry --all && onduty spool flush"],
  exitCodes: { ok: "moved", usage: "usage", notFound: "no such entry" },
  check({ all }, args) {
    if ((args.ids.length === 0) === (all !== true)) throw usageError("give ids, or --all", "onduty spool retry --all");
  },
  run: ({ ctx, args, options }) =>
    onSpool(ctx, async () => {
      await checkSpoolProfiles(ctx, options);
      const spool = openSpool(ctx, options);
      // All or none: an id that was mistyped is reported before anything moves.
      const found = options.all === true ? await spool.ids("dead") : await findRefused(spool, args.ids);
      return plan(`would put back ${count(found.length, "event")}`, {
        apply: () =>
          onSpool(ctx, async () => {
            for (const id of found) await spool.retry(id);
            if (found.length === 0) return notice("nothing was refused");
            const moved = found.length === 1 ? "1 event waits again" : `${found.length} events wait again`;
            return notice(`${moved}; deliver with: onduty spool flush`);
          }),
      });
    }),
});
