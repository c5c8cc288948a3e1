import { CliError } from "../errors.ts";
import type { Event } from "../model/event.ts";
import { streamOf } from "../spool/spool.ts";
import { deliverBacklog } from "./backlog.ts";
import { ClearKeys, keyName } from "./clear-keys.ts";
import { type DeliveryJob, sendEvents } from "./deliver.ts";
import { deliveryTools } from "./delivery-tools.ts";
import type { DeliveryResult } from "./outcome.ts";
import { openSpool } from "./spooled.ts";
import { connectForEvents } from "./vendor.ts";

/** Longest time to ask the vendor whether something is open. */
const maxAskMs = 5000;

export interface RunOutcomeOptions {
  /** Runs of this key happen on this machine alone, so that it knows what the last one has left. */
  knowsLast: boolean;
}

export interface RunOutcomeReports {
  /** Called with the results of what was sent, before earlier events have their turn. */
  report(results: DeliveryResult[]): Promise<void>;
  /** Called instead when nothing was open, and nothing is sent. */
  leftOut(): Promise<void>;
}

/**
 * Sends the outcome of a run: a trigger or a resolve. A resolve is left out when nothing is open under its key: it is known that
 * the last run passed, or else the vendor shows it. OpsKnight 1.3.1 keeps a resolve that finds nothing open, and closes the next
 * trigger with it. In doubt the resolve is sent.
 */
export async function sendRunOutcome(
  job: DeliveryJob,
  event: Event,
  { knowsLast }: RunOutcomeOptions,
  { report, leftOut }: RunOutcomeReports,
): Promise<void> {
  const keys = new ClearKeys(job.ctx);
  const name = keyName(job.vendor.connection, event);
  if (event.action !== "resolve") {
    await keys.opening(name, { always: true });
    await sendEvents(job, [event], async (results) => {
      await keys.opening(name, { always: true });
      await report(results);
    });
    return;
  }
  const before = await keys.read(name);
  const isFree = !(await isPending(job, event));
  if (isFree && knowsLast && before.isClear) return leaveOut(job, leftOut);
  if (isFree && !before.isOpen && (await isNothingOpen(job, event))) {
    await keys.cleared(name, before);
    return leaveOut(job, leftOut);
  }
  await sendEvents(job, [event], async (results) => {
    if (results.every(({ row }) => row.delivery === "delivered")) await keys.cleared(name, before);
    await report(results);
  });
}

/** Earlier events have their turn, as when an event is sent. */
async function leaveOut({ ctx, vendor, printer, options }: DeliveryJob, leftOut: () => Promise<void>): Promise<void> {
  await leftOut();
  if (options.spool === false) return;
  await deliverBacklog(printer, deliveryTools(ctx, openSpool(ctx), vendor, options), vendor);
}

/** Whether an event of this key waits in the spool: the resolve has to follow it. */
async function isPending({ ctx, vendor }: DeliveryJob, event: Event): Promise<boolean> {
  const { provider, name: profile, baseUrl } = vendor.connection.profile;
  const stream = streamOf({ provider, profile, baseUrl, event });
  return (
    (
      await openSpool(ctx)
        .pendingOf(stream)
        .catch(() => [])
    ).length > 0
  );
}

/** Whether the vendor shows that nothing is open under the key. False when it does not show, or not soon. */
async function isNothingOpen({ ctx, vendor, options }: DeliveryJob, event: Event): Promise<boolean> {
  if (vendor.provider.events.isOpen === undefined) return false;
  const timeout = Math.min(options.timeout, maxAskMs);
  try {
    const { provider, connection } = await connectForEvents(ctx, { ...options, timeout, maxWaitLeft: () => 0 });
    return (await provider.events.isOpen?.(connection, event)) === false;
  } catch (error) {
    // After an interrupt, too: the resolve is then kept in the spool.
    if (!(error instanceof CliError)) throw error;
    return false;
  }
}
