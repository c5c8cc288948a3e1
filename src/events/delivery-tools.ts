import type { Context, Vendor } from "../context.ts";
import type { Spool } from "../spool/spool.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import type { DeliveryTools } from "./flush.ts";
import { storableEvent } from "./repair.ts";
import { connectForEvents } from "./vendor.ts";

/** Minimum time for earlier events, and for another process to finish, even with `--max-wait 0`. */
const minTimeMs = 2000;

/** After this time an entry waits only for what is left of the total time. */
const lateMs = 1000;

/** How entries of this profile are delivered, within the time that `--max-wait` gives. */
export function deliveryTools(
  ctx: Context,
  spool: Spool,
  vendor: Vendor<"events">,
  options: DeliveryOptions,
): DeliveryTools {
  const start = ctx.now().getTime();
  const deadline = start + Math.max(options.maxWait, minTimeMs);
  // Time that earlier events have waited is used up: all events share one budget.
  let late: Promise<Vendor<"events">> | undefined;
  const connectLate = (): Promise<Vendor<"events">> => {
    late ??= connectForEvents(ctx, { ...options, maxWaitLeft: () => deadline - ctx.now().getTime() });
    return late;
  };
  return {
    spool,
    now: () => ctx.now(),
    deadline,
    signal: options.signal ?? ctx.signal,
    async send(entry, leftMs) {
      const isLate = ctx.now().getTime() - start > lateMs && leftMs < options.maxWait;
      const { provider, connection } = isLate ? await connectLate() : vendor;
      return provider.events.deliver(connection, storableEvent(entry.event, provider));
    },
  };
}
