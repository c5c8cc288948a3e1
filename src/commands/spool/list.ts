import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import type { SpoolState } from "../../spool/spool.ts";
import { onSpool } from "./on-spool.ts";

interface ListOptions extends GlobalOptions {
  pending?: boolean;
  dead?: boolean;
}

export function addSpoolList(parent: Command, ctx: Context): void {
  const command = parent
    .command("list")
    .alias("ls")
    .description("List events on disk: pending wait for delivery, dead were refused by the vendor")
    .option("--pending", "only those that wait")
    .option("--dead", "only those that were refused")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool list
  onduty spool list --dead --json

Exit codes: 0 listed, 2 usage
`,
    )
    .action((_, self: Command) => onSpool(ctx, listSpool(ctx, self.optsWithGlobals<ListOptions>())));
  declareTraits(command, { prints: async () => (await import("../../events/spooled.ts")).spoolShape });
}

async function listSpool(ctx: Context, options: ListOptions): Promise<void> {
  const { openSpool, recoverSpool, spoolShape, toRow } = await import("../../events/spooled.ts");
  const printer = ctx.printer(options);
  printer.check(spoolShape);
  const spool = openSpool(ctx);
  await recoverSpool(spool, printer);
  const all = options.pending !== true && options.dead !== true;
  const states: SpoolState[] = [];
  if (all || options.pending === true) states.push("pending");
  if (all || options.dead === true) states.push("dead");
  const now = ctx.now();
  const rows = await Promise.all(
    states.map(async (state) => (await spool.list(state)).map((entry) => toRow(entry, state, now))),
  );
  await printer.list([rows.flat()], spoolShape);
}
