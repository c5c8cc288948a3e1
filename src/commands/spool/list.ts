import { defineCommand } from "../../cli/command.ts";
import { flag } from "../../cli/options.ts";
import { onSpool } from "../../events/on-spool.ts";
import { openSpool, recoverSpool, spoolShape, toRow } from "../../events/spooled.ts";
import { list as listResult } from "../../output/result.ts";
import type { SpoolState } from "../../spool/spool.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List events on disk: pending wait for delivery, dead were refused by the vendor",
  options: {
    pending: flag("only those that wait"),
    dead: flag("only those that were refused"),
  },
  output: spoolShape,
  examples: ["onduty spool list", "onduty spool list --dead --json"],
  exitCodes: { ok: "listed", usage: "usage" },
  run: ({ ctx, options: { pending, dead }, printer }) =>
    onSpool(ctx, async () => {
      const spool = openSpool(ctx);
      await recoverSpool(spool, printer);
      const states: SpoolState[] = [];
      if (pending === true || dead !== true) states.push("pending");
      if (dead === true || pending !== true) states.push("dead");
      const now = ctx.now();
      const rows = await Promise.all(
        states.map(async (state) => (await spool.list(state)).map((entry) => toRow(entry, state, now))),
      );
      return listResult(rows.flat());
    }),
});
