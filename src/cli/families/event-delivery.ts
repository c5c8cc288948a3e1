import type { Conclusion } from "../../events/conclusion.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import type { EventOutcome } from "../../events/outcome.ts";
import type { Event } from "../../model/event.ts";
import type { Printer } from "../../output/printer.ts";
import { type AnyResult, list, object, type SilentResult, silent, text } from "../../output/result.ts";
import type { Invocation } from "../command.ts";
import { flag, ids, negated, text as textOption } from "../options.ts";

/* Shared options of the commands that send events, and their reports. */

/** Options of every one of them. */
export const deliveryOptions = {
  service: textOption("service", "service, by ID or name", {
    defaultNote: "from the profile",
    completes: ids("services"),
  }),
  routingKey: textOption("key", "routing key", { defaultNote: "from the profile" }),
  spoolOk: flag("exit 0 when the event is safe on disk but not delivered yet"),
  spool: negated("send directly, keeping nothing on disk"),
} as const;

/** The shape of what they print; loaded when one runs. */
export const loadOutcomeShape = async () => (await import("../../events/outcome.ts")).outcomeShape;

/** The parts of an invocation that delivery needs. */
type Sending = Pick<Invocation<unknown, unknown, "events">, "ctx" | "printer" | "print" | "vendor"> & {
  options: DeliveryOptions;
  /** See `DeliveryJob`. */
  onAdded?(): void;
};

/**
 * Delivers events, and prints their outcomes (`one`: as an object) before older events of the spool have their turn.
 * Returns how the command ends.
 *
 * @param noticeFor what is printed on stderr about an outcome
 */
export async function deliver(
  sending: Sending,
  events: Event[],
  { one, noticeFor }: { one: boolean; noticeFor?: (row: EventOutcome) => string | undefined },
): Promise<SilentResult> {
  const { printer, print } = sending;
  const { deliverEvents } = await import("../../events/deliver.ts");
  const { outcomeLine } = await import("../../events/outcome.ts");
  let unprinted: unknown;
  const conclusion = await deliverEvents(sending, events, async (rows) => {
    try {
      await print(outcomesResult(rows, { one, printer, outcomeLine }));
      for (const line of rows.flatMap((row) => noticeFor?.(row) ?? [])) await printer.notice(line);
    } catch (error) {
      unprinted = error;
    }
  });
  const end = await concluded(printer, conclusion);
  if (end.failure === undefined && unprinted !== undefined) throw unprinted;
  return end;
}

/** Prints what remains to be reported, and returns how the command ends. */
export async function concluded(printer: Printer, { messages, failure, exitCode }: Conclusion): Promise<SilentResult> {
  for (const { text: lines, optional } of messages)
    for (const line of lines.split("\n")) await (optional ? printer.notice(line) : printer.warn(line));
  return silent({ failure, exitCode });
}

/** One event prints as one object, several as a list; at a terminal a line each. */
function outcomesResult(
  rows: readonly EventOutcome[],
  { one, printer, outcomeLine }: { one: boolean; printer: Printer; outcomeLine(row: EventOutcome): string },
): AnyResult {
  const done = { what: "what was sent", lines: rows.map(({ dedupKey, delivery }) => `"${dedupKey}": ${delivery}`) };
  if (printer.format === "table" && printer.isTTY && !printer.quiet)
    return text(rows.map(outcomeLine).join("\n"), { done });
  const [row] = rows;
  return one && row !== undefined && printer.format !== "table" ? object(row, { done }) : list(rows, { done });
}
