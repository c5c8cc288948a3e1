import pMap from "p-map";
import type { Context, Vendor } from "../context.ts";
import { isNowhere } from "../disk/nowhere.ts";
import type { Event } from "../model/event.ts";
import { defined } from "../model/object.ts";
import type { Printer } from "../output/printer.ts";
import { type NewEntry, type Spool, type SpoolEntry, streamOf } from "../spool/spool.ts";
import { deliverBacklog, reportBacklog, reportOvertaken } from "./backlog.ts";
import { checkKey } from "./check.ts";
import { type Conclusion, conclude } from "./conclusion.ts";
import { deliverAdded, sendDirectly } from "./deliver-one.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { deliveryTools } from "./delivery-tools.ts";
import { type Delivery, type DeliveryTools, type FlushReport, flush } from "./flush.ts";
import { whyNotWritten } from "./no-place.ts";
import { notingOpenings } from "./openings.ts";
import type { DeliveryResult, EventOutcome } from "./outcome.ts";
import { type RepairOptions, repairEvent } from "./repair.ts";
import { silencedDelivery } from "./silenced.ts";
import { openSpool, recoverSpool } from "./spooled.ts";

/** A long list must not open a file and a connection for each event at the same time. */
const concurrency = 8;

/** The parts that delivery needs. */
export interface DeliveryJob {
  ctx: Context;
  vendor: Vendor<"events">;
  printer: Printer;
  options: DeliveryOptions;
  /** Called when the events are on disk, or cannot be: those that are added after it are later ones. */
  onAdded?(): void;
}

/**
 * Sends events of different dedup keys: each is durable on disk before its first byte goes out, and leaves the disk when
 * the vendor has taken it. `onOutcomes` gets one row for each, before older events have their turn. With `--dry-run` they
 * only go to the client that sends nothing.
 *
 * @throws {CliError} before anything is written for what can be known before; afterwards only without a spool
 */
export async function deliverEvents(
  job: DeliveryJob,
  given: Event[],
  onOutcomes: (rows: EventOutcome[]) => Promise<void>,
): Promise<Conclusion> {
  const { ctx, vendor, options } = job;
  const events = await prepareEvents(job, given, { fitsKeys: false });
  if (options.dryRun === true) {
    for (const event of events) await vendor.provider.events.deliver(vendor.connection, event);
    return { messages: [] };
  }
  const results = await sendEvents(job, events, (sent) => onOutcomes(sent.map(({ row }) => row)));
  const { spoolOk, exitStatus } = options;
  return conclude(results, { ...defined({ spoolOk, exitStatus }), title: vendor.provider.title, signal: ctx.signal });
}

/**
 * Events as the vendor takes them: repaired, with a warning for each repair, and checked before anything is written.
 *
 * @throws {CliError} `usage` or `auth`
 */
export async function prepareEvents(
  { vendor: { provider, connection }, printer }: Pick<DeliveryJob, "vendor" | "printer">,
  events: readonly Event[],
  { fitsKeys }: Pick<RepairOptions, "fitsKeys">,
): Promise<Event[]> {
  const { title } = provider;
  const { limits, check } = provider.events;
  const prepared: Event[] = [];
  for (const given of events) {
    const { event, warnings } = repairEvent(given, { limits, title, ...defined({ fitsKeys }) });
    for (const warning of warnings) await printer.warn(events.length > 1 ? `"${event.dedupKey}": ${warning}` : warning);
    checkKey(event, limits, title);
    check(connection, event);
    prepared.push(event);
  }
  return prepared;
}

/**
 * Sends checked events through the spool, each after what waits under its key. `report` is called with the results before
 * what waits under other keys has its turn.
 */
export async function sendEvents(
  { ctx, printer, options, onAdded, ...job }: DeliveryJob,
  events: Event[],
  report: (results: DeliveryResult[]) => Promise<void>,
): Promise<DeliveryResult[]> {
  const vendor = notingOpenings(ctx, job.vendor);
  const spool = options.spool === false ? undefined : openSpool(ctx);
  const entries = await addAll(printer, spool, vendor, events);
  onAdded?.();
  // Recover first: events of killed processes are older than these, and may have the same key.
  if (spool !== undefined && (await spool.mayNeedRecovery().catch(() => false)))
    await recoverSpool(spool, printer, "events").catch(() => undefined);
  const tools = spool && deliveryTools(ctx, spool, vendor, options);
  const older = { delivered: 0, refused: 0 };
  const counting = tools && { ...tools, onDelivery: countOlder(older, entries, printer) };
  const unwritten = events.filter((_, index) => entries[index] === undefined);
  const direct = new Set(unwritten.map((event) => streamOf({ ...target(vendor), event })));
  if (counting !== undefined) await flushStreams(counting, direct);
  const sending = pMap(
    events,
    (event, index) => {
      const entry = entries[index];
      if (counting !== undefined && entry !== undefined) return deliverAdded(counting, entry);
      return sendDirectly(vendor, event, { alone: events.length === 1, wanted: spool !== undefined });
    },
    { concurrency },
  );
  const results = await printer.progress(`sending to ${vendor.provider.title}`, sending);
  await report(results);
  await reportOvertaken(printer, openSpool(ctx), direct);
  // One delivery succeeded, so the vendor responds: try the earlier events too.
  const reached = results.some(({ row }) => row.delivery !== "spooled");
  if (tools !== undefined && reached && (await isReadable(tools.spool, entries)))
    await deliverBacklog(printer, tools, vendor, older);
  else await reportBacklog(printer, { waiting: 0, corrupt: [], busy: false, ...older });
  return results;
}

/** The entries of events in the spool; while the disk takes its time, the first of them gets its connections. */
async function addAll(
  printer: Printer,
  spool: Spool | undefined,
  vendor: Vendor<"events">,
  events: Event[],
): Promise<(SpoolEntry | undefined)[]> {
  const adding = pMap(events, (event) => addToSpool(printer, spool, vendor, event), { concurrency });
  const [first] = events;
  if (first !== undefined) openConnections(vendor, first).catch(() => {});
  return adding;
}

/** Opens the connections that an event will need, and loads what that takes. What fails of it fails when the event is sent. */
async function openConnections({ provider, connection }: Vendor<"events">, event: Event): Promise<void> {
  for (const kind of provider.events.connections(connection, event))
    (await connection.http(kind)).prepareConnections(1);
}

/** Undefined if the spool could not be written: the event is then sent directly, rather than not at all. */
async function addToSpool(
  printer: Printer,
  spool: Spool | undefined,
  vendor: Vendor<"events">,
  event: Event,
): Promise<SpoolEntry | undefined> {
  if (spool === undefined) return undefined;
  try {
    return await spool.add({ ...target(vendor), event });
  } catch (error) {
    const reason = whyNotWritten(spool.dir, error);
    const where = isNowhere(spool.dir) ? "" : ` "${spool.dir}"`;
    await printer.warn(`the spool${where} cannot be written, so the event is sent without it: ${reason}`);
    return undefined;
  }
}

/** Whether earlier events can be looked for. A spool that took nothing and cannot be read has been reported already. */
async function isReadable(spool: Spool, entries: readonly (SpoolEntry | undefined)[]): Promise<boolean> {
  if (entries.some((entry) => entry !== undefined)) return true;
  return spool.isEmpty().then(
    () => true,
    () => false,
  );
}

/** Counts what waited under the keys of new events, and so went out before them. */
function countOlder(
  older: Pick<FlushReport, "delivered" | "refused">,
  entries: readonly (SpoolEntry | undefined)[],
  printer: Printer,
): (delivery: Delivery) => Promise<void> {
  const added = new Set(entries.map((entry) => entry?.id));
  return async (delivery) => {
    if (delivery.outcome !== "delivered" && delivery.outcome !== "refused") return;
    if (added.has(delivery.entry.id)) return;
    older[delivery.outcome] += 1;
    for (const line of silencedDelivery(delivery)) await printer.warn(line);
  };
}

/** Sends an event directly if it could not be written. It must not overtake events that wait under its key. */
async function flushStreams(tools: DeliveryTools, streams: ReadonlySet<string>): Promise<void> {
  if (streams.size === 0) return;
  const includes = (entry: SpoolEntry): boolean => streams.has(streamOf(entry));
  await flush(tools, { includes, waitMs: 0 }).catch(() => undefined);
}

/** Where the events of a profile go. */
function target({ connection }: Vendor<"events">): Omit<NewEntry, "event"> {
  const { provider, name: profile, baseUrl } = connection.profile;
  return { provider, profile, baseUrl };
}
