import { defineCommand } from "../../cli/command.ts";
import { checkSpoolProfiles } from "../../cli/families/spool-profiles.ts";
import { ids, words } from "../../cli/options.ts";
import { onSpool } from "../../events/on-spool.ts";
import { entryShape, findRow, fullIds, openSpool, type SpoolRow } from "../../events/spooled.ts";
import { list, object } from "../../output/result.ts";

export const show = defineCommand({
  name: "show",
  summary: "Show events on disk in full",
  arguments: { ids: words("id", "ids of `onduty spool list`", { completes: ids("spool") }) },
  profiles: "own",
  output: entryShape,
  examples: ["onduty spool show 000000-0001f00d", 'onduty spool show "$(onduty spool list --dead --quiet | head -1)"'],
  exitCodes: { ok: "shown", usage: "usage", notFound: "no such entry" },
  run: ({ ctx, args, options }) =>
    onSpool(ctx, async () => {
      await checkSpoolProfiles(ctx, options);
      const spool = openSpool(ctx, options);
      const rows: SpoolRow[] = [];
      for (const id of await fullIds(spool, args.ids)) rows.push(await findRow(ctx, spool, id));
      const [row] = rows;
      return rows.length === 1 && row !== undefined ? object(row) : list(rows);
    }),
});
