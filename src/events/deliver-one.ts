import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { Event } from "../model/event.ts";
import { defined } from "../model/object.ts";
import { isCorrupt, type SpoolEntry, streamOf } from "../spool/spool.ts";
import { type DeliveryTools, deliverEntry, type HeldBy, isRefusal } from "./flush.ts";
import { keptNowhere } from "./no-place.ts";
import { type DeliveryResult, silencedLines, toOutcome } from "./outcome.ts";

const heldBy: Record<HeldBy, string> = {
  earlier: "an earlier event of this key is not delivered yet",
  process: "another onduty process is delivering this key",
  time: "--max-wait ran out before it was tried",
};

/** Delivers an event that was added to the spool, after what stands before it under its key. */
export async function deliverAdded(tools: DeliveryTools, added: SpoolEntry): Promise<DeliveryResult> {
  const { event, id, provider, profile: name } = added;
  const where = { provider, name };
  const delivery = await deliverEntry(tools, streamOf(added), id);
  switch (delivery.outcome) {
    case "delivered": {
      const { entry, receipt } = delivery;
      const state = { delivery: "delivered", attempts: entry.attempts, spoolId: null, receipt } as const;
      const silenced = silencedLines(event, receipt);
      return { row: toOutcome(event, where, state), error: null, silenced, leftOut: receipt.leftOut };
    }
    case "refused":
    case "waiting": {
      const { entry, error } = delivery;
      const word = delivery.outcome === "refused" ? "refused" : "spooled";
      const state = { delivery: word, attempts: entry.attempts, spoolId: id, error } as const;
      return { row: toOutcome(event, where, state), error };
    }
    case "held": {
      const { entry, why, error } = delivery;
      const reason = `${heldBy[why]}${error === null ? "" : `: ${error.message}`}`;
      const message = tools.signal?.aborted === true ? "interrupted" : reason;
      const state = { delivery: "spooled", attempts: entry.attempts, spoolId: id, message } as const;
      return { row: toOutcome(event, where, { ...state, ...defined({ error: error ?? undefined }) }), error };
    }
    case "gone": {
      const dead = await tools.spool.read("dead", id);
      const state = { attempts: 1, message: "sent by another onduty process" };
      if (dead === undefined || isCorrupt(dead))
        return { row: toOutcome(event, where, { ...state, delivery: "delivered", spoolId: null }), error: null };
      const error = new CliError("failure", dead.lastError?.message ?? "the vendor refused it");
      return { row: toOutcome(event, where, { ...state, delivery: "refused", spoolId: id, error }), error };
    }
  }
}

/** How an event is sent that is in no spool. */
interface DirectOptions {
  /** It is the only one of its command. */
  alone: boolean;
  /** The spool was to keep it, and could not. */
  wanted: boolean;
}

/**
 * Sends an event that is in no spool.
 *
 * @throws what the provider throws, unless the vendor refused the event itself; of one among several only a bug of ours
 */
export async function sendDirectly(
  { provider, connection }: Vendor<"events">,
  event: Event,
  { alone, wanted }: DirectOptions,
): Promise<DeliveryResult> {
  const where = connection.profile;
  try {
    const receipt = await provider.events.deliver(connection, event);
    const state = { delivery: "delivered", attempts: 1, spoolId: null, receipt } as const;
    const silenced = silencedLines(event, receipt);
    return { row: toOutcome(event, where, state), error: null, silenced, leftOut: receipt.leftOut };
  } catch (error) {
    const state = { delivery: "refused", attempts: 1, spoolId: null } as const;
    if (isRefusal(error)) return { row: toOutcome(event, where, { ...state, error }), error };
    if (!(error instanceof CliError)) throw error;
    if (alone) throw wanted ? keptNowhere(error) : error;
    // The event is not in the spool, so the row reports it as refused.
    const message = `not sent, and not in the spool: ${error.message}`;
    return { row: toOutcome(event, where, { ...state, error, message }), error, lost: true };
  }
}
