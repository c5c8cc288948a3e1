import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { forProfile } from "../model/command-line.ts";
import { type IncidentAction, type ItemOutcome, type Outcome, pastTense } from "../model/incident.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { clockTime } from "../output/time.ts";
import { unchangedLine } from "./outcome.ts";

/** The action that takes another one back, and its command. */
const waysBack: Partial<Record<IncidentAction["verb"], { action: IncidentAction; command: string }>> = {
  acknowledge: { action: { verb: "unacknowledge" }, command: "unack" },
  unacknowledge: { action: { verb: "acknowledge" }, command: "ack" },
  resolve: { action: { verb: "reopen" }, command: "reopen" },
  reopen: { action: { verb: "resolve" }, command: "resolve" },
  snooze: { action: { verb: "reopen" }, command: "reopen" },
  suppress: { action: { verb: "reopen" }, command: "reopen" },
};

/** More ids than this do not fit into a command that is read. */
const maxUndoIds = 5;

export interface OutcomeTextOptions {
  vendor: Vendor<"incidents">;
  /** As in "could not acknowledge inc_1". */
  verb: string;
  action: IncidentAction;
  /** By id, where the outcome has none. */
  titles: ReadonlyMap<string, string>;
  now: Date;
  tz: string | undefined;
  /** Absent: no color. */
  color: Color | undefined;
}

/**
 * The outcome of each incident, in a line for a terminal: `acknowledged  Disk full  (inc_1); undo: onduty incidents unack inc_1`.
 * Of many also a sum. Empty where the only one has failed, which its error reports.
 */
export function outcomeText(outcomes: readonly ItemOutcome[], options: OutcomeTextOptions): string {
  if (outcomes.length === 1) return singleLine(outcomes[0] as ItemOutcome, options);
  const width = outcomes.reduce((max, { outcome }) => Math.max(max, words(outcome).length), 0);
  const lines = outcomes.map((item) => {
    const rest = item.outcome === "already" ? unchanged(item, options) : doneOrFailed(item, options);
    return `${styled(item, words(item.outcome).padEnd(width), options.color)}  ${rest}`;
  });
  const undo = undoCommand(
    outcomes.filter((item) => isDone(item, options.action)).map(({ id }) => id),
    options,
  );
  const sums = new Map<Outcome, number>();
  for (const { outcome } of outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + 1);
  const sum = [...sums].map(([outcome, number]) => `${number} ${words(outcome)}`).join(", ");
  return [...lines, `${sum}${undo === undefined ? "" : `; undo: ${undo}`}`].join("\n");
}

function singleLine(item: ItemOutcome, options: OutcomeTextOptions): string {
  if (item.outcome === "already") return unchanged(item, options);
  if (!isDone(item, options.action)) return "";
  const undo = undoCommand([item.id], options);
  const outcome = styled(item, item.outcome, options.color);
  return `${outcome}  ${doneOrFailed(item, options)}${undo === undefined ? "" : `; undo: ${undo}`}`;
}

function isDone({ outcome }: ItemOutcome, { verb }: IncidentAction): boolean {
  return outcome === pastTense[verb];
}

function unchanged(item: ItemOutcome, options: OutcomeTextOptions): string {
  return sanitizeCell(unchangedLine(options.verb, item, options.now, nameOf(item, options)));
}

function doneOrFailed(item: ItemOutcome, options: OutcomeTextOptions): string {
  const { action, now, tz } = options;
  const to = (action.verb === "assign" || action.verb === "escalate") && item.by !== null ? ` to ${item.by}` : "";
  const until =
    action.verb === "snooze" && action.forMs !== undefined && item.error === null
      ? ` until ${clockTime(new Date(now.getTime() + action.forMs).toISOString(), now, tz)}`
      : "";
  const error = item.error === null ? "" : `: ${item.error}`;
  return sanitizeCell(`${nameOf(item, options)}${to}${until}${error}`);
}

function nameOf({ id, title }: ItemOutcome, { titles }: OutcomeTextOptions): string {
  const known = title ?? titles.get(id);
  return known === undefined || known === "" ? id : `${known}  (${id})`;
}

/** The command that takes it back, where the vendor has it. */
function undoCommand(ids: readonly string[], { vendor, action }: OutcomeTextOptions): string | undefined {
  const back = waysBack[action.verb];
  if (back === undefined || ids.length === 0 || ids.length > maxUndoIds) return undefined;
  try {
    vendor.provider.incidents.check(back.action);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
  return forProfile(`onduty incidents ${back.command} ${ids.join(" ")}`, vendor.connection.profile);
}

/** `notFound` as it is read. */
function words(outcome: Outcome): string {
  return outcome === "notFound" ? "not found" : outcome;
}

function styled({ error, outcome }: ItemOutcome, text: string, color: Color | undefined): string {
  if (color === undefined) return text;
  if (error !== null) return color.red(text);
  return outcome === "already" ? color.yellow(text) : color.green(text);
}
