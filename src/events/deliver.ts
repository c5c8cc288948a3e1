import type { Context, Vendor } from "../context.ts";
import { CliError, ExitCode, Interrupted } from "../errors.ts";
import type { Event } from "../model/event.ts";
import type { Printer } from "../output/printer.ts";
import { isCorrupt, type Spool, type SpoolEntry, streamOf } from "../spool/spool.ts";
import { deliverBacklog, giveHeadStart, tellBacklog, tellOvertaken } from "./backlog.ts";
import { checkTexts } from "./check.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { type Delivery, type DeliveryTools, deliverEntry, flush, type HeldBy, isRefusal } from "./flush.ts";
import { codeOf, type EventFate, type EventOutcome, isAuth, safeAs, toOutcome } from "./outcome.ts";
import { openSpool, recoverSpool } from "./spooled.ts";
import { connectForEvents } from "./vendor.ts";

/** Even with `--max-wait 0` there is this much time for what waits from earlier, and for another process to finish. */
const leastTimeMs = 2000;

/** What delivers events, and for whom. */
export interface DeliveryJob {
  ctx: Context;
  vendor: Vendor<"events">;
  printer: Printer;
  options: DeliveryOptions;
}

/** What remains to be reported of deliveries, and how the command ends. */
export interface Conclusion {
  /** For stderr, in this order. */
  messages: Message[];
  failure?: Error;
  exitCode?: ExitCode;
}

export interface Message {
  text: string;
  /** Left out with `--quiet`. */
  optional: boolean;
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
  events: Event[],
  onOutcomes: (rows: EventOutcome[]) => Promise<void>,
): Promise<Conclusion> {
  const { ctx, vendor, options } = job;
  checkEvents(vendor, events);
  if (options.dryRun === true) {
    for (const event of events) await vendor.provider.events.deliver(vendor.connection, event);
    return { messages: [] };
  }
  const fates = await settleEvents(job, events, (settled) => onOutcomes(settled.map(({ row }) => row)));
  return conclude(fates, options, vendor.provider.title, ctx.signal);
}

/** Checks events before anything is written. @throws {CliError} `usage` or `auth` */
export function checkEvents({ provider, connection }: Vendor<"events">, events: Event[]): void {
  for (const event of events) {
    checkTexts(event, provider.events.limits, provider.title);
    provider.events.check(connection, event);
  }
}

/**
 * Delivers checked events through the spool, which first has a moment for what waits from earlier. `tell` is told how they
 * fared before the rest of that has its turn.
 */
export async function settleEvents(
  { ctx, vendor, printer, options }: DeliveryJob,
  events: Event[],
  tell: (fates: EventFate[]) => Promise<void>,
): Promise<EventFate[]> {
  const spool = options.spool === false ? undefined : openSpool(ctx);
  const adding = eightAtOnce(events, (event) => addToSpool(printer, spool, vendor, event));
  // The disk takes its time: meanwhile what the sending needs is loaded.
  const [entries] = await Promise.all([adding, vendor.connection.preload()]);
  // What a killed process was writing or delivering is older than these, and may be of the same key.
  if (spool !== undefined && (await spool.mayNeedRecovery().catch(() => false)))
    await recoverSpool(spool, printer).catch(() => undefined);
  const given = spool && deliveryTools(ctx, spool, vendor, options);
  const early = given && (await giveHeadStart(ctx, given, vendor, options, entries));
  // Whatever time that took: the new ones are tried.
  const tools = given && { ...given, deadline: Math.max(given.deadline, ctx.now().getTime() + leastTimeMs) };
  const added = new Set(entries.map((entry) => entry?.id));
  const older = { delivered: early?.delivered ?? 0, refused: early?.refused ?? 0 };
  /** What waited under the keys of the new ones goes before them. */
  const onDelivery = (delivery: Delivery): void => {
    if (delivery.outcome !== "delivered" && delivery.outcome !== "refused") return;
    if (!added.has(delivery.entry.id)) older[delivery.outcome] += 1;
  };
  // What could not be written goes out directly, and must not overtake what waits under its key either.
  const { provider, name: profile, baseUrl } = vendor.connection.profile;
  const unwritten = events.filter((_, index) => entries[index] === undefined);
  const direct = new Set(unwritten.map((event) => streamOf({ provider, profile, baseUrl, event })));
  if (tools !== undefined && direct.size > 0) {
    const includes = (entry: SpoolEntry): boolean => direct.has(streamOf(entry));
    await flush({ ...tools, onDelivery }, { includes, waitMs: 0 }).catch(() => undefined);
  }
  const work = eightAtOnce(events, (event, index) => {
    const entry = entries[index];
    if (tools !== undefined && entry !== undefined) return deliver({ ...tools, onDelivery }, entry);
    return sendDirectly(vendor, event, events.length === 1);
  });
  const fates = await printer.progress(`sending to ${vendor.provider.title}`, work);
  await tell(fates);
  await tellOvertaken(printer, openSpool(ctx), direct);
  // Where one came through, the vendor is there: what waits from earlier has a chance too.
  const reached = fates.some(({ row }) => row.delivery !== "spooled");
  if (tools !== undefined && reached) await deliverBacklog(printer, tools, vendor, older);
  else await tellBacklog(printer, { waiting: 0, corrupt: [], busy: false, ...early, ...older });
  return fates;
}

/** Results in the order of the items; a long list must not open a file and a connection for each at the same time. */
async function eightAtOnce<Item, Result>(
  items: Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(8, items.length) }, worker));
  return results;
}

/** Undefined when it could not be written: the event is then sent directly, which is better than not at all. */
async function addToSpool(
  printer: Printer,
  spool: Spool | undefined,
  { connection }: Vendor<"events">,
  event: Event,
): Promise<SpoolEntry | undefined> {
  if (spool === undefined) return undefined;
  const { provider, name, baseUrl } = connection.profile;
  try {
    return await spool.add({ provider, profile: name, baseUrl, event });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await printer.warn(`the spool "${spool.dir}" cannot be written, so the event is sent without it: ${reason}`);
    return undefined;
  }
}

/** How entries of this profile are delivered, within the time that `--max-wait` gives. */
export function deliveryTools(
  ctx: Context,
  spool: Spool,
  vendor: Vendor<"events">,
  options: DeliveryOptions,
): DeliveryTools {
  const start = ctx.now().getTime();
  const deadline = start + Math.max(options.maxWait, leastTimeMs);
  // What earlier events have waited is not waited again: all of it shares one budget.
  let late: Promise<Vendor<"events">> | undefined;
  const connectLate = (): Promise<Vendor<"events">> => {
    late ??= connectForEvents(ctx, { ...options, maxWaitLeft: () => deadline - ctx.now().getTime() });
    return late;
  };
  return {
    spool,
    now: () => ctx.now(),
    deadline,
    signal: ctx.signal,
    async send(entry, leftMs) {
      const isLate = ctx.now().getTime() - start > 1000 && leftMs < options.maxWait;
      const { provider, connection } = isLate ? await connectLate() : vendor;
      return provider.events.deliver(connection, entry.event);
    },
  };
}

async function deliver(tools: DeliveryTools, added: SpoolEntry): Promise<EventFate> {
  const { event, id, provider, profile: name } = added;
  const where = { provider, name };
  const delivery = await deliverEntry(tools, streamOf(added), id);
  switch (delivery.outcome) {
    case "delivered": {
      const { entry, receipt } = delivery;
      const told = { delivery: "delivered", attempts: entry.attempts, spoolId: null, receipt } as const;
      return { row: toOutcome(event, where, told), error: null };
    }
    case "refused":
    case "waiting": {
      const { entry, error } = delivery;
      const word = delivery.outcome === "refused" ? "refused" : "spooled";
      const told = { delivery: word, attempts: entry.attempts, spoolId: id, error } as const;
      return { row: toOutcome(event, where, told), error };
    }
    case "held": {
      const { entry, why, error } = delivery;
      const aborted = tools.signal?.aborted === true;
      const message = aborted ? "interrupted" : `${heldBy[why]}${error === null ? "" : `: ${error.message}`}`;
      const told = { delivery: "spooled", attempts: entry.attempts, spoolId: id, message } as const;
      return { row: toOutcome(event, where, { ...told, ...(error !== null && { error }) }), error };
    }
    case "gone": {
      const dead = await tools.spool.read("dead", id);
      const told = { attempts: 1, message: "another onduty process has sent it" };
      if (dead === undefined || isCorrupt(dead))
        return { row: toOutcome(event, where, { ...told, delivery: "delivered", spoolId: null }), error: null };
      const error = new CliError("failure", dead.lastError?.message ?? "the vendor refused it");
      return { row: toOutcome(event, where, { ...told, delivery: "refused", spoolId: id, error }), error };
    }
  }
}

const heldBy: Record<HeldBy, string> = {
  earlier: "an earlier event of this key is not delivered yet",
  process: "another onduty process is at this key",
  time: "there was no time left to try it",
};

/** @throws what the provider throws, unless the vendor refused the event itself; of one among several only a bug of ours */
async function sendDirectly(
  { provider, connection }: Vendor<"events">,
  event: Event,
  alone: boolean,
): Promise<EventFate> {
  const where = connection.profile;
  try {
    const receipt = await provider.events.deliver(connection, event);
    const told = { delivery: "delivered", attempts: 1, spoolId: null, receipt } as const;
    return { row: toOutcome(event, where, told), error: null };
  } catch (error) {
    const told = { delivery: "refused", attempts: 1, spoolId: null } as const;
    if (isRefusal(error)) return { row: toOutcome(event, where, { ...told, error }), error };
    if (alone || !(error instanceof CliError)) throw error;
    // Nobody keeps it: for who reads the rows, the same as refused.
    const message = `not sent, and not in the spool: ${error.message}`;
    return { row: toOutcome(event, where, { ...told, error, message }), error, lost: true };
  }
}

/** What did not go well, and the exit code that follows from it. */
function conclude(fates: EventFate[], options: DeliveryOptions, title: string, signal: AbortSignal): Conclusion {
  const messages = fates.flatMap((fate) => messagesOf(fate, { title, alone: fates.length === 1, options }));
  // Not the vendor's doing but a bug of ours: the event is safe, the bug must show.
  const bug = fates.find(({ error }) => error !== null && !(error instanceof CliError))?.error;
  if (bug) return { messages, failure: bug };
  if (signal.aborted) return { messages, failure: new Interrupted(signal) };
  const [fate] = fates;
  if (fates.length === 1 && fate?.error instanceof CliError) {
    const { row, error } = fate;
    if (row.delivery === "refused") return { messages, failure: refusal(error, title, row.spoolId) };
    if (isAuth(error)) return { messages, failure: error };
  }
  const codes = new Set(fates.map((one) => codeOf(one, options)));
  const [code = ExitCode.ok] = codes;
  return { messages, exitCode: codes.size > 1 ? ExitCode.partial : code };
}

function messagesOf(
  { row, error, lost }: EventFate,
  { title, alone, options }: { title: string; alone: boolean; options: DeliveryOptions },
): Message[] {
  const { delivery, result, dedupKey, message } = row;
  if (delivery === "delivered" && result === "ignored")
    return [{ text: `ignored "${dedupKey}": ${message ?? "nothing is open under this key"}`, optional: false }];
  if (lost === true) return [{ text: `"${dedupKey}": ${message}`, optional: false }];
  if (delivery === "refused" && !alone)
    return [{ text: `${title} refused "${dedupKey}": ${message}`, optional: false }];
  if (delivery !== "spooled") return [];
  const text = `not delivered yet: "${dedupKey}": ${message ?? "no answer"}\n${safeAs(row.spoolId)}`;
  // With --spool-ok this is as it should be.
  return [{ text, optional: options.spoolOk === true && !isAuth(error) }];
}

function refusal(error: CliError, title: string, spoolId: string | null): CliError {
  const hint = spoolId === null ? error.hint : `onduty spool show ${spoolId}`;
  return error.reworded(`${title} refused the event: ${error.message}`, { kind: "failure", hint });
}
