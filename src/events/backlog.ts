import type { Context, Vendor } from "../context.ts";
import { count } from "../model/text.ts";
import type { Printer } from "../output/printer.ts";
import { isCorrupt, type Spool, type SpoolEntry, shortId, streamOf } from "../spool/spool.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { type DeliveryTools, type FlushReport, flush } from "./flush.ts";
import { warningOfSilenced } from "./silenced.ts";
import { recoverSpool } from "./spooled.ts";
import { connectForEvents } from "./vendor.ts";

/* Delivers earlier events from the spool when an event is sent. */

/** Milliseconds in which earlier events of other keys may go first. None begins later, and each is short. */
const maxOlderMs = 700;
const maxOlderTimeoutMs = 1000;

/** Sorts behind every id. */
const lastId = "~";

/**
 * Tries what waits of this profile under other keys than those of `entries`, until one fails or the moment is over: a vendor
 * that is down, or a long spool, must not keep a new event.
 */
export async function yieldToOlder(
  ctx: Context,
  tools: DeliveryTools,
  vendor: Vendor<"events">,
  options: DeliveryOptions,
  entries: readonly (SpoolEntry | undefined)[],
): Promise<FlushReport | undefined> {
  const own = new Set(entries.flatMap((entry) => (entry === undefined ? [] : streamOf(entry))));
  const ofProfile = waitsFor(vendor);
  const includes = (entry: SpoolEntry): boolean => ofProfile(entry) && !own.has(streamOf(entry));
  try {
    if ([...(await tools.spool.streamsBefore(lastId))].every((stream) => own.has(stream))) return undefined;
    return await flush(await brieflyTools(ctx, tools, options), { includes, waitMs: 0 });
  } catch {
    // The new event has its turn; trouble with the spool is reported when all of it is tried.
    return undefined;
  }
}

/** Delivers for a moment only, without waiting, and begins nothing more once a delivery has failed. */
async function brieflyTools(ctx: Context, tools: DeliveryTools, options: DeliveryOptions): Promise<DeliveryTools> {
  const failed = new AbortController();
  const signal = options.signal ?? ctx.signal;
  signal.addEventListener("abort", () => failed.abort(), { once: true, signal: failed.signal });
  const { provider, connection } = await connectForEvents(ctx, {
    ...options,
    timeout: Math.min(options.timeout, maxOlderTimeoutMs),
    maxWaitLeft: () => 0,
  });
  return {
    ...tools,
    deadline: ctx.now().getTime() + maxOlderMs,
    signal: failed.signal,
    send: (entry) => provider.events.deliver(connection, entry.event),
    onDelivery: (delivery) => {
      if (delivery.outcome === "waiting") failed.abort();
      return tools.onDelivery?.(delivery);
    },
  };
}

function waitsFor({ connection }: Pick<Vendor<"events">, "connection">): (entry: SpoolEntry) => boolean {
  const { name, provider, baseUrl } = connection.profile;
  return (entry) => entry.profile === name && entry.provider === provider && entry.baseUrl === baseUrl;
}

/**
 * Delivers what waits of this profile, and reports it together with what was done already. Undefined when it could not be tried.
 */
export async function deliverBacklog(
  printer: Printer,
  tools: DeliveryTools,
  vendor: Vendor<"events">,
  { delivered, refused }: Pick<FlushReport, "delivered" | "refused"> = { delivered: 0, refused: 0 },
): Promise<FlushReport | undefined> {
  const includes = waitsFor(vendor);
  try {
    let report: FlushReport = { delivered: 0, refused: 0, waiting: 0, corrupt: [], busy: false };
    if (!(await tools.spool.isEmpty())) {
      await recoverSpool(tools.spool, printer);
      const waits = (await tools.spool.list("pending")).some((entry) => !isCorrupt(entry) && includes(entry));
      const warning = warningOfSilenced(tools, printer);
      if (waits) report = await printer.progress("delivering earlier events", flush(warning, { includes, waitMs: 0 }));
    }
    await reportBacklog(printer, {
      ...report,
      delivered: delivered + report.delivered,
      refused: refused + report.refused,
    });
    return report;
  } catch (error) {
    // The command's own event is done with; trouble with older ones is reported and keeps nothing back.
    const reason = error instanceof Error ? error.message : String(error);
    await printer.warn(`earlier events in the spool could not be delivered: ${reason}`);
    return undefined;
  }
}

const earlier = "earlier event";

export async function reportBacklog(
  printer: Printer,
  { delivered, refused, waiting, busy }: FlushReport,
): Promise<void> {
  if (delivered > 0) await printer.notice(`delivered ${count(delivered, earlier)} from the spool as well`);
  if (refused > 0)
    await printer.warn(`${count(refused, earlier)} from the spool refused; see: onduty spool list --dead`);
  if (waiting > 0 && !busy)
    await printer.notice(`${count(waiting, earlier)} still in the spool; deliver with: onduty spool flush`);
}

/** Reports what still waits under a key of which a later event went out directly: when it arrives, it is out of date. */
export async function reportOvertaken(printer: Printer, spool: Spool, streams: ReadonlySet<string>): Promise<void> {
  for (const stream of streams) {
    const [id] = await spool.pendingOf(stream).catch(() => []);
    const entry = id === undefined ? undefined : await spool.read("pending", id).catch(() => undefined);
    if (entry === undefined || isCorrupt(entry)) continue;
    const name = shortId(entry.id);
    await printer.warn(
      `an earlier event of "${entry.event.dedupKey}" still waits in the spool and will arrive after this one; to delete it: onduty spool purge ${name}`,
    );
  }
}
