import { CliError, Interrupted } from "../errors.ts";
import type { Event } from "../model/event.ts";
import { streamOf } from "../spool/spool.ts";
import { ClearKeys, keyName } from "./clear-keys.ts";
import { type DeliveryJob, sendEvents } from "./deliver.ts";
import type { DeliveryResult } from "./outcome.ts";
import { openSpool } from "./spooled.ts";
import { connectForEvents } from "./vendor.ts";

/** Longest time to ask the vendor whether something is open. */
const maxAskMs = 5000;

export interface RunOutcomeOptions {
  /** Runs of this key happen on this machine alone, so that it knows what the last one has left. */
  knowsLast: boolean;
}

/**
 * Sends the outcome of a run: a trigger or a resolve. A resolve is left out, and false returned, when nothing is open under its
 * key: it is known that the last run passed, or else the vendor shows it. OpsKnight 1.3.1 keeps a resolve that finds nothing open, and
 * closes the next trigger with it. In doubt the resolve is sent.
 */
export async function sendRunOutcome(
  job: DeliveryJob,
  event: Event,
  { knowsLast }: RunOutcomeOptions,
  report: (results: DeliveryResult[]) => Promise<void>,
): Promise<boolean> {
  const keys = new ClearKeys(job.ctx);
  const name = keyName(job.vendor.connection, event);
  if (event.action !== "resolve") {
    await keys.opening(name, { always: true });
    await sendEvents(job, [event], async (results) => {
      await keys.opening(name, { always: true });
      await report(results);
    });
    return true;
  }
  const before = await keys.read(name);
  const isFree = !(await isPending(job, event));
  if (isFree && knowsLast && before.isClear) return false;
  if (isFree && !before.isOpen && (await isNothingOpen(job, event))) {
    await keys.cleared(name, before);
    return false;
  }
  await sendEvents(job, [event], async (results) => {
    if (results.every(({ row }) => row.delivery === "delivered")) await keys.cleared(name, before);
    await report(results);
  });
  return true;
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

/** Whether the vendor shows that nothing is open under the key. False when it does not tell, or not soon. */
async function isNothingOpen({ ctx, vendor, options }: DeliveryJob, event: Event): Promise<boolean> {
  if (vendor.provider.events.isOpen === undefined) return false;
  const timeout = Math.min(options.timeout, maxAskMs);
  try {
    const { provider, connection } = await connectForEvents(ctx, { ...options, timeout, maxWaitLeft: () => 0 });
    return (await provider.events.isOpen?.(connection, event)) === false;
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof CliError)) throw error;
    return false;
  }
}
