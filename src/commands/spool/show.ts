import type { Command } from "commander";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { Shape } from "../../output/printer.ts";
import type { Spool } from "../../spool/spool.ts";
import { openSpool, type SpoolRow, spoolShape, toRow } from "./rows.ts";

export function addSpoolShow(parent: Command, ctx: Context): void {
  parent
    .command("show")
    .description("Show events on disk in full")
    .argument("<id...>", "ids of `onduty spool list`")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool show "$(onduty spool list --dead --quiet | head -1)"

Exit codes: 0 shown, 2 usage, 5 no such entry
`,
    )
    .action((ids: string[], _, self: Command) => showSpool(ctx, ids, self.optsWithGlobals<GlobalOptions>()));
}

const shape: Shape<SpoolRow> = {
  ...spoolShape,
  columns: [
    ...spoolShape.columns,
    { header: "SUMMARY", value: (row) => row.summary },
    { header: "BASE URL", value: (row) => row.baseUrl },
    { header: "EVENT", value: (row) => (row.event === null ? null : JSON.stringify(row.event)) },
  ],
};

async function showSpool(ctx: Context, ids: string[], options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const spool = openSpool(ctx);
  const rows: SpoolRow[] = [];
  for (const id of new Set(ids)) rows.push(await findRow(ctx, spool, id));
  const [row] = rows;
  if (rows.length === 1 && row !== undefined) await printer.object(row, shape);
  else await printer.list([rows], shape);
}

async function findRow(ctx: Context, spool: Spool, id: string): Promise<SpoolRow> {
  for (const state of ["pending", "dead"] as const) {
    const entry = await spool.read(state, id);
    if (entry !== undefined) return toRow(entry, state, ctx.now());
  }
  throw noSuchEntry(id);
}

export function noSuchEntry(id: string): CliError {
  return new CliError("notFound", `there is no entry "${id}" in the spool`, { hint: "onduty spool list" });
}
