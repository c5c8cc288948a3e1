import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { Declined, usageError } from "../../errors.ts";
import type { Spool, SpoolState } from "../../spool/spool.ts";
import { onSpool } from "./on-spool.ts";

interface PurgeOptions extends GlobalOptions {
  dead?: boolean;
  pending?: boolean;
  all?: boolean;
}

export function addSpoolPurge(parent: Command, ctx: Context): void {
  const command = parent
    .command("purge")
    .description("Delete events from disk for good; asks first")
    .argument("[id...]", "only these")
    .option("--dead", "those that were refused (default)")
    .option("--pending", "those that wait, which are then never delivered")
    .option("--all", "both")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool purge
  onduty spool purge --all --yes

Exit codes: 0 deleted, 2 usage, or nobody to ask, 5 no such entry
`,
    )
    .action((ids: string[], _, self: Command) =>
      onSpool(ctx, purgeSpool(ctx, ids, self.optsWithGlobals<PurgeOptions>())),
    );
  declareTraits(command, { writes: true });
}

/** A file that would go, with what removes it. */
interface Victim {
  state: SpoolState;
  id: string;
}

async function purgeSpool(ctx: Context, ids: string[], options: PurgeOptions): Promise<void> {
  const { fullIds, openSpool, recoverSpool } = await import("../../events/spooled.ts");
  const picked = [options.dead, options.pending, options.all].filter((choice) => choice === true).length;
  if (picked > 1) throw usageError("--dead, --pending and --all exclude each other", "onduty spool purge --all");
  const printer = ctx.printer(options);
  const spool = openSpool(ctx);
  await recoverSpool(spool, printer);
  const victims =
    ids.length > 0 ? await findVictims(spool, await fullIds(spool, ids), options) : await allVictims(spool, options);
  if (victims.length === 0) return printer.notice("there is nothing to delete");
  const waiting = victims.filter(({ state }) => state === "pending").length;
  const what = victims.length === 1 ? "1 event" : `${victims.length} events`;
  const loss = waiting === 0 ? "" : `, ${waiting} of them not delivered yet`;
  if (options.dryRun === true) return printer.notice(`would delete ${what}${loss}`);
  const agreed = await ctx.confirm(`Delete ${what}${loss}?`, options, "onduty spool purge --yes");
  if (!agreed) throw new Declined();
  for (const { state, id } of victims) await spool.remove(state, id);
  await printer.notice(`deleted ${what}`);
}

async function allVictims(spool: Spool, options: PurgeOptions): Promise<Victim[]> {
  const victims: Victim[] = [];
  for (const state of statesOf(options)) {
    for (const { id } of await spool.list(state)) victims.push({ state, id });
  }
  return victims;
}

/** Ids are looked for everywhere unless an option says where. @throws {CliError} `notFound` */
async function findVictims(spool: Spool, ids: string[], options: PurgeOptions): Promise<Victim[]> {
  const anywhere = options.dead !== true && options.pending !== true;
  const victims: Victim[] = [];
  for (const id of ids) {
    const states = anywhere ? (["pending", "dead"] as const) : statesOf(options);
    let found: Victim | undefined;
    for (const state of states) if ((await spool.read(state, id)) !== undefined) found = { state, id };
    if (found === undefined) throw (await import("../../events/spooled.ts")).noSuchEntry(id);
    victims.push(found);
  }
  return victims;
}

function statesOf({ pending, all }: PurgeOptions): SpoolState[] {
  if (all === true) return ["pending", "dead"];
  return pending === true ? ["pending"] : ["dead"];
}
