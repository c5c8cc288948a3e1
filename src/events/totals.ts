import { type CliError, ExitCode, Interrupted } from "../errors.ts";
import { quoteWord } from "../model/command-line.ts";
import { defined } from "../model/object.ts";
import { count, plural } from "../model/text.ts";
import type { BulkOutcome } from "./bulk-outcome.ts";
import type { Conclusion, Message } from "./conclusion.ts";
import { placeHint } from "./no-place.ts";
import { isRepairable, isUnknown, silencedLines } from "./outcome.ts";
import type { Format } from "./sources/format.ts";

/** Counts of outcomes, and the first error. */
export class Totals {
  delivered = 0;
  refused = 0;
  spooled = 0;
  lost = 0;
  bad = 0;
  /** Read, but no event of their own. */
  skipped = 0;
  ignored = 0;
  /** The vendor does not report whether anything was open. */
  unknown = 0;
  /** Went to incidents that notify nobody. */
  silenced = 0;
  /** Were taken by the vendor, and dropped. */
  dropped = 0;
  /** Why some were dropped, or may have been. */
  readonly reasons = new Set<string>();
  /** The first error of an event that was not delivered. */
  error: CliError | null = null;
  /** How a command ends that keeps an event nowhere. */
  lostCode: ExitCode | null = null;

  add(outcome: BulkOutcome): void {
    this[outcome.outcome] += 1;
    if (outcome.outcome === "delivered") {
      const { action } = outcome.item.event;
      const { result } = outcome.receipt;
      const { silenced } = outcome.receipt;
      if (result === "ignored") this[silenced === undefined ? "ignored" : "dropped"] += 1;
      if (isUnknown({ action, delivery: "delivered", result })) this.unknown += 1;
      if (silenced !== undefined) this.reasons.add(silenced.join("\n"));
      else if (silencedLines(outcome.item.event, outcome.receipt).length > 0) this.silenced += 1;
    } else if (outcome.outcome !== "refused") this.error ??= outcome.error;
    if (outcome.outcome === "lost") this.lostCode ??= outcome.error.exitCode;
  }

  get all(): number {
    return this.delivered + this.refused + this.spooled + this.lost + this.bad + this.skipped;
  }
}

export interface ConcludeLinesOptions {
  file: string;
  from?: Format;
  map?: string;
  keyPrefix?: string;
  /** False for `--no-spool`. */
  spool?: boolean;
  spoolOk?: boolean;
  exitStatus?: boolean;
  /** The last line that was read, when the rest was not. */
  stoppedAt: number | null;
  signal: AbortSignal;
}

/** The summary of events that were sent line by line. */
export function concludeLines(totals: Totals, options: ConcludeLinesOptions): Conclusion {
  const messages = messagesOf(totals, options);
  return { messages, ...defined({ failure: failureOf(totals, options), exitCode: codeOf(totals, options) }) };
}

function messagesOf(totals: Totals, options: ConcludeLinesOptions): Message[] {
  const { delivered, refused, spooled, silenced, skipped, all } = totals;
  const { stoppedAt, signal } = options;
  const isComplete = delivered + skipped === all && stoppedAt === null;
  const messages: Message[] = [];
  if (all > 0 || !signal.aborted) messages.push({ text: summaryOf(totals, options), optional: isComplete });
  for (const text of totals.reasons) messages.push({ text, optional: false });
  if (silenced > 0) messages.push({ text: silencedText, optional: false });
  if (spooled > 0) messages.push({ text: "deliver pending events with: onduty spool flush", optional: true });
  if (refused > 0) messages.push({ text: "refused events are kept: onduty spool list --dead", optional: true });
  if (totals.lost > 0 && options.spool !== false)
    messages.push({ text: `what was not sent is kept nowhere: ${placeHint}`, optional: false });
  if (stoppedAt !== null)
    messages.push({ text: `stopped after line ${stoppedAt}${howToGoOn(options, stoppedAt)}`, optional: false });
  return messages;
}

const silencedText =
  "nobody is notified of events on snoozed or suppressed incidents; to see them:\n" +
  "onduty incidents list --status snoozed,suppressed";

function summaryOf(totals: Totals, { from }: ConcludeLinesOptions): string {
  const { delivered, refused, spooled, lost, bad, skipped, ignored, dropped, silenced, all } = totals;
  if (all === 0) return "no events in the input";
  const parts = [
    `${delivered} delivered`,
    ...(ignored > 0 ? [`${ignored} of them ignored: nothing was open`] : []),
    ...(dropped > 0 ? [`${dropped} of them dropped by the vendor`] : []),
    ...(silenced > 0 ? [`${silenced} of them to incidents that are snoozed or suppressed`] : []),
    ...(spooled > 0 ? [`${spooled} saved to the spool`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(lost > 0 ? [`${lost} not sent`] : []),
    ...(bad > 0 ? [`${bad} ${from !== undefined ? "bad" : plural(bad, "bad line")}`] : []),
    ...(skipped > 0 ? [`${skipped} left out`] : []),
  ];
  return `${count(all, from === undefined ? "line" : "alert")}: ${parts.join(", ")}`;
}

function failureOf(
  { delivered, refused, lost, bad, error }: Totals,
  { signal }: ConcludeLinesOptions,
): CliError | undefined {
  if (signal.aborted) return new Interrupted(signal);
  if (error === null) return undefined;
  if ((error.kind === "auth" || isRepairable(error)) && delivered === 0) return error;
  return lost > 0 && delivered === 0 && refused === 0 && bad === 0 ? error : undefined;
}

function codeOf(totals: Totals, options: ConcludeLinesOptions): ExitCode | undefined {
  const { refused, spooled, lostCode, bad, ignored, dropped, unknown } = totals;
  // Whoever sends them again after this code loses none; what is bad stays bad.
  if (lostCode !== null) return lostCode;
  if (bad > 0 || refused > 0) return ExitCode.partial;
  if (spooled > 0 && options.spoolOk !== true) return ExitCode.pending;
  if (options.exitStatus !== true) return undefined;
  if (unknown > 0) return ExitCode.partial;
  return ignored + dropped > 0 ? ExitCode.no : undefined;
}

/** A document may hold alerts that were not sent: it is sent again, which its dedup keys make harmless. */
function howToGoOn({ file, from, map, keyPrefix }: ConcludeLinesOptions, stoppedAt: number): string {
  if (file === "-") return "";
  const first = from === undefined && map === undefined ? stoppedAt + 1 : stoppedAt;
  const options = [
    ...(from === undefined ? [] : [` --from ${from}`]),
    ...(map === undefined ? [] : [` --map ${quoteWord(map)}`]),
    ...(keyPrefix === undefined ? [] : [` --key-prefix ${quoteWord(keyPrefix)}`]),
  ];
  return `; send the rest with: tail -n +${first} ${file} | onduty events send${options.join("")}`;
}
