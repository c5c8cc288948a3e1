import { defineCommand } from "../../cli/command.ts";
import { checkSpoolProfiles } from "../../cli/families/spool-profiles.ts";
import { flag } from "../../cli/options.ts";
import { onSpool } from "../../events/on-spool.ts";
import { openSpool, recoverSpool, type SpoolRow, spoolShape, toRow } from "../../events/spooled.ts";
import type { Page } from "../../model/incident.ts";
import type { Printer } from "../../output/printer.ts";
import { pages, type Result } from "../../output/result.ts";
import type { Spool, SpoolState } from "../../spool/spool.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List events on disk: pending wait for delivery, dead were refused by the vendor",
  options: {
    pending: flag("only those that wait"),
    dead: flag("only those that were refused"),
  },
  profiles: "own",
  output: spoolShape,
  examples: ["onduty spool list", "onduty spool list --dead --json"],
  exitCodes: { ok: "listed", usage: "usage" },
  run: ({ ctx, options, printer, print }) =>
    onSpool(ctx, async () => {
      const { pending, dead } = options;
      await checkSpoolProfiles(ctx, options);
      const spool = openSpool(ctx, options);
      await recoverSpool(spool, printer);
      const states: SpoolState[] = [];
      if (pending === true || dead !== true) states.push("pending");
      if (dead === true || pending !== true) states.push("dead");
      await print(listed(rowsOf(spool, states, ctx.now()), printer));
    }),
});

/** The states one after the other, each oldest first. */
async function* rowsOf(spool: Spool, states: readonly SpoolState[], now: Date): AsyncIterable<SpoolRow[]> {
  for (const state of states)
    for await (const page of spool.pages(state)) yield page.map((entry) => toRow(entry, state, now));
}

/** A spool may hold more than fits in memory: what can be printed while it is read is not collected, and no page is read ahead. */
function listed(rows: AsyncIterable<SpoolRow[]>, { format, isTTY }: Printer): Result<SpoolRow> {
  if (format !== "ndjson" && (format !== "json" || isTTY))
    return pages(asPages(rows), { limit: Number.POSITIVE_INFINITY, progress: "reading the spool" });
  return { kind: "stream", pages: rows, shape: spoolShape, line: ({ id }) => id, end: () => ({}) };
}

async function* asPages(lists: AsyncIterable<SpoolRow[]>): AsyncIterable<Page<SpoolRow>> {
  for await (const rows of lists) yield { rows };
}
