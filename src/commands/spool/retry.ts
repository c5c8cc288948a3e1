import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { onSpool } from "./on-spool.ts";

interface RetryOptions extends GlobalOptions {
  all?: boolean;
}

export function addSpoolRetry(parent: Command, ctx: Context): void {
  const command = parent
    .command("retry")
    .description("Put refused events back among those that wait, at their old place")
    .argument("[id...]", "ids of `onduty spool list --dead`")
    .option("--all", "every one that was refused")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool retry --all && onduty spool flush

Exit codes: 0 moved, 2 usage, 5 no such entry
`,
    )
    .action((ids: string[], _, self: Command) =>
      onSpool(ctx, retrySpool(ctx, ids, self.optsWithGlobals<RetryOptions>())),
    );
  declareTraits(command, { writes: true });
}

async function retrySpool(ctx: Context, given: string[], options: RetryOptions): Promise<void> {
  const { fullIds, noSuchEntry, openSpool } = await import("../../events/spooled.ts");
  if ((given.length === 0) === (options.all !== true)) {
    throw usageError("give ids, or --all", "onduty spool retry --all");
  }
  const printer = ctx.printer(options);
  const spool = openSpool(ctx);
  const ids = options.all === true ? (await spool.list("dead")).map(({ id }) => id) : await fullIds(spool, given);
  // All or none: an id that was mistyped is told before anything moves.
  for (const id of ids) {
    if ((await spool.read("dead", id)) !== undefined) continue;
    if ((await spool.read("pending", id)) === undefined) throw noSuchEntry(id);
    throw new CliError("notFound", `"${id}" was not refused: it waits already`, { hint: "onduty spool flush" });
  }
  if (options.dryRun === true)
    return printer.notice(`would put back ${ids.length === 1 ? "1 event" : `${ids.length} events`}`);
  for (const id of ids) await spool.retry(id);
  const text = ids.length === 1 ? "1 event waits again" : `${ids.length} events wait again`;
  await printer.notice(ids.length === 0 ? "nothing was refused" : `${text}; deliver with: onduty spool flush`);
}
