import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import type { SpoolRow } from "../../events/spooled.ts";
import { onSpool } from "./on-spool.ts";

export function addSpoolShow(parent: Command, ctx: Context): void {
  const command = parent
    .command("show")
    .description("Show events on disk in full")
    .argument("<id...>", "ids of `onduty spool list`")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool show 000000-0001f00d
  onduty spool show "$(onduty spool list --dead --quiet | head -1)"

Exit codes: 0 shown, 2 usage, 5 no such entry
`,
    )
    .action((ids: string[], _, self: Command) =>
      onSpool(ctx, showSpool(ctx, ids, self.optsWithGlobals<GlobalOptions>())),
    );
  declareTraits(command, { prints: async () => (await import("../../events/spooled.ts")).entryShape });
}

async function showSpool(ctx: Context, ids: string[], options: GlobalOptions): Promise<void> {
  const { entryShape, findRow, fullIds, openSpool } = await import("../../events/spooled.ts");
  const printer = ctx.printer(options);
  printer.check(entryShape);
  const spool = openSpool(ctx);
  const rows: SpoolRow[] = [];
  for (const id of await fullIds(spool, ids)) rows.push(await findRow(ctx, spool, id));
  const [row] = rows;
  if (rows.length === 1 && row !== undefined) await printer.object(row, entryShape);
  else await printer.list([rows], entryShape);
}
