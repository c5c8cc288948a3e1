import type { Context } from "../context.ts";
import { type CliError, ExitCode, Interrupted } from "../errors.ts";
import { count, plural } from "../model/text.ts";
import type { Printer } from "../output/printer.ts";
import type { BulkOutcome } from "./bulk.ts";
import type { Format } from "./sources/format.ts";

/** Counts of outcomes, and what stood in the way. */
export class Totals {
  delivered = 0;
  refused = 0;
  spooled = 0;
  lost = 0;
  bad = 0;
  /** Read, but no event of their own. */
  skipped = 0;
  ignored = 0;
  /** Of what was not delivered, the first error. */
  error: CliError | null = null;

  add(outcome: BulkOutcome): void {
    this[outcome.outcome] += 1;
    if (outcome.outcome === "delivered") {
      if (outcome.receipt.result === "ignored") this.ignored += 1;
    } else if (outcome.outcome !== "refused") this.error ??= outcome.error;
  }

  get all(): number {
    return this.delivered + this.refused + this.spooled + this.lost + this.bad + this.skipped;
  }
}

export interface ConcludeOptions {
  file: string;
  from?: Format;
  spoolOk?: boolean;
  exitStatus?: boolean;
}

/** Tells how it went, and settles the exit code. */
export async function conclude(
  ctx: Context,
  printer: Printer,
  totals: Totals,
  options: ConcludeOptions,
  stoppedAt: number | null,
): Promise<void> {
  const { delivered, refused, spooled, lost, bad, skipped, ignored, error } = totals;
  const badWord = options.from !== undefined ? "bad" : plural(bad, "bad line");
  const parts = [
    `${delivered} delivered`,
    ...(ignored > 0 ? [`${ignored} of them ignored: nothing was open`] : []),
    ...(spooled > 0 ? [`${spooled} safe in the spool`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(lost > 0 ? [`${lost} not sent`] : []),
    ...(bad > 0 ? [`${bad} ${badWord}`] : []),
    ...(skipped > 0 ? [`${skipped} left out`] : []),
  ];
  const whole = delivered + skipped === totals.all && stoppedAt === null;
  const unit = options.from === undefined ? "line" : "alert";
  const text =
    totals.all === 0 ? "there are no events in the input" : `${count(totals.all, unit)}: ${parts.join(", ")}`;
  if (totals.all > 0 || !ctx.signal.aborted) await (whole ? printer.notice(text) : printer.warn(text));
  if (spooled > 0) await printer.notice("deliver what waits with: onduty spool flush");
  if (refused > 0) await printer.notice("what was refused is kept: onduty spool list --dead");
  if (stoppedAt !== null) await printer.warn(`stopped after line ${stoppedAt}${howToGoOn(options, stoppedAt)}`);
  if (ctx.signal.aborted) throw new Interrupted(ctx.signal);
  if (error?.kind === "auth" && delivered === 0) throw error;
  if (lost > 0 && delivered === 0 && refused === 0 && bad === 0 && error !== null) throw error;
  if (bad > 0 || refused > 0 || lost > 0) ctx.exitCode = ExitCode.partial;
  else if (spooled > 0 && options.spoolOk !== true) ctx.exitCode = ExitCode.pending;
  else if (ignored > 0 && options.exitStatus === true) ctx.exitCode = ExitCode.no;
}

/** A document may hold alerts that were not sent: it is sent again, which its dedup keys make harmless. */
function howToGoOn({ file, from }: ConcludeOptions, stoppedAt: number): string {
  if (file === "-") return "";
  const [first, more] = from === undefined ? [stoppedAt + 1, ""] : [stoppedAt, ` --from ${from}`];
  return `; send the rest with: tail -n +${first} ${file} | onduty events send${more}`;
}
