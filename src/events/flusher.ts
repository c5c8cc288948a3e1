import { sleep } from "../concurrency/sleep.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import type { DryRequest } from "../model/dry-request.ts";
import type { Printer } from "../output/printer.ts";
import type { Shape } from "../output/shape.ts";
import { type CorruptEntry, isCorrupt, isPart, type Spool, type SpoolEntry, shortId } from "../spool/spool.ts";
import { type Delivery, type FlushReport, flush } from "./flush.ts";
import { ProfileConnections } from "./profile-connections.ts";
import { storableEvent } from "./repair.ts";
import { SharedAllowance } from "./shared-allowance.ts";
import { silencedDelivery } from "./silenced.ts";
import { openSpool, recoverSpool } from "./spooled.ts";

/** Between two passes of `--watch`. */
const pauseMs = 5000;

/** A pass goes on as long as events are delivered; only the waits of each event are bounded. */
const maxPassMs = 24 * 3_600_000;

/** Maximum number of events of one pass that are reported on stderr. */
const maxReported = 20;

export interface FlusherOptions extends GlobalOptions {
  /** Goes on until interrupted. */
  watch?: boolean;
}

/** How many events were delivered and refused, and how many are left: waiting, or unreadable. */
export interface FlushSummary {
  delivered: number;
  refused: number;
  waiting: number;
  corrupt: number;
}

export const summaryShape: Shape<FlushSummary> = {
  columns: (["delivered", "refused", "waiting", "corrupt"] as const).map((name) => ({
    header: name.toUpperCase(),
    value: (row) => String(row[name]),
  })),
  fields: ["delivered", "refused", "waiting", "corrupt"],
};

/** `delivered 3, refused 0, still waiting 1`. */
export function summaryLine({ delivered, refused, waiting, corrupt }: FlushSummary): string {
  if (delivered + refused + waiting + corrupt === 0) return "Nothing waits.";
  const parts = [`delivered ${delivered}`, `refused ${refused}`, `still waiting ${waiting}`];
  return corrupt === 0 ? parts.join(", ") : [...parts, `unreadable ${corrupt}`].join(", ");
}

/** Delivers what waits in the spool, of every profile. */
export class Flusher {
  readonly #ctx: Context;
  readonly #printer: Printer;
  readonly #options: FlusherOptions;
  readonly #spool: Spool;
  readonly #allowance: SharedAllowance;
  /** Warnings that were printed already: with `--watch` they would come again in every pass. */
  readonly #warned = new Set<string>();
  /** Events that this pass has reported. */
  #reported = 0;

  constructor(ctx: Context, printer: Printer, options: FlusherOptions) {
    this.#ctx = ctx;
    this.#printer = printer;
    this.#options = options;
    this.#spool = openSpool(ctx, options);
    this.#allowance = new SharedAllowance(ctx, printer);
  }

  async flush(): Promise<FlushSummary> {
    const { signal } = this.#ctx;
    const total: FlushSummary = { delivered: 0, refused: 0, waiting: 0, corrupt: 0 };
    do {
      const report = await this.#printer.progress("delivering", this.#pass());
      total.delivered += report.delivered;
      total.refused += report.refused;
      total.waiting = report.waiting;
      total.corrupt = report.corrupt.length;
      if (this.#options.watch === true) await sleep(pauseMs, signal);
    } while (this.#options.watch === true && !signal.aborted);
    return total;
  }

  /** Requests that would be sent of what waits, oldest first; nothing is sent, and all of it goes on waiting. */
  async *dryRun(): AsyncIterable<DryRequest[]> {
    const connections = new ProfileConnections(this.#ctx, this.#options);
    for await (const page of this.#spool.pages("pending")) {
      for (const entry of page) {
        if (isCorrupt(entry)) await this.#printer.warn(this.#unreadable(entry));
        else yield await this.#requestsOf(entry, connections);
      }
    }
  }

  async #requestsOf(entry: SpoolEntry, connections: ProfileConnections): Promise<DryRequest[]> {
    let made: DryRequest[] = [];
    try {
      const { provider, connection, dryRequests } = await connections.of(entry);
      made = dryRequests;
      await provider.events.deliver(connection, entry.event);
    } catch (error) {
      // An error after a write that was not sent is caused by its missing response.
      if (!(error instanceof CliError)) throw error;
      if (made.length === 0) await this.#printer.warn(`${shortId(entry.id)} would not be sent: ${error.message}`);
    }
    return made.splice(0);
  }

  /** Goes through the spool once. */
  async #pass(): Promise<FlushReport> {
    const { signal } = this.#ctx;
    const { maxWait } = this.#options;
    const nowMs = (): number => this.#ctx.now().getTime();
    this.#reported = 0;
    await recoverSpool(this.#spool, this.#printer);
    // As long as events go through, each may wait; where none does, all of them share the time for it.
    let lastMoved = nowMs();
    const maxWaitLeft = (): number => maxWait - (nowMs() - lastMoved);
    const connections = new ProfileConnections(this.#ctx, { ...this.#options, maxWaitLeft });
    const tools = {
      spool: this.#spool,
      now: () => this.#ctx.now(),
      deadline: nowMs() + maxPassMs,
      signal,
      send: async (entry: SpoolEntry) => {
        const vendor = await connections.of(entry);
        // A wait for others is none for the vendor.
        if (await this.#allowance.turn(vendor, entry.event)) lastMoved = nowMs();
        const { provider, connection } = vendor;
        return provider.events.deliver(connection, storableEvent(entry.event, provider));
      },
      onDelivery: async (delivery: Delivery) => {
        if (delivery.outcome === "delivered" || delivery.outcome === "refused") lastMoved = nowMs();
        await this.#warnOf(delivery);
      },
    };
    const report = await flush(tools, { waitMs: maxWait });
    if (report.busy) await this.#warnOnce("another onduty process is delivering this spool");
    for (const entry of report.corrupt) await this.#warnOnce(this.#unreadable(entry));
    return report;
  }

  async #warnOf(delivery: Delivery): Promise<void> {
    for (const line of silencedDelivery(delivery)) await this.#warnOnce(line);
    if (delivery.outcome !== "refused" && delivery.outcome !== "waiting") return;
    const { entry, error } = delivery;
    const verb = delivery.outcome === "refused" ? "refused" : "still waits";
    const name = `${shortId(entry.id)} ("${entry.event.dedupKey}", profile "${entry.profile}")`;
    const text = `${name} ${verb}: ${error.message}`;
    if (this.#warned.has(text)) return;
    this.#reported += 1;
    if (this.#reported <= maxReported) {
      await this.#warnOnce(text);
      const next = error instanceof CliError && error.reason === "otherAddress" ? sendAnew(entry) : undefined;
      return next === undefined ? undefined : this.#warnOnce(`to send it there: ${next}`);
    }
    if (this.#options.watch === true) this.#warned.add(text);
    if (this.#reported === maxReported + 1)
      await this.#printer.warn("more events were refused or still wait: onduty spool list");
  }

  async #warnOnce(text: string): Promise<void> {
    if (this.#warned.has(text)) return;
    if (this.#options.watch === true) this.#warned.add(text);
    await this.#printer.warn(text);
  }

  #unreadable({ id, corrupt }: CorruptEntry): string {
    const name = shortId(id);
    const folder = `${this.#spool.dir}/pending`;
    const next = isPart(id)
      ? `to see whose it is: ls -ld ${folder}/${name}`
      : `to delete it: onduty spool purge ${name}`;
    return `cannot read ${name} of "${folder}": ${corrupt}; ${next}`;
  }
}

/** The command that sends an event to the address of its profile; a step of a change has no form as a line of `events send`. */
function sendAnew({ id, event, profile }: SpoolEntry): string | undefined {
  if (event.action === "change") return undefined;
  const [name, to] = [shortId(id), profile === "env" ? "" : ` -p ${profile}`];
  return `onduty spool show ${name} --jq .event | onduty events send${to} && onduty spool purge ${name}`;
}
