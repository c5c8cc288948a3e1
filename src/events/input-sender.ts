import { Channel } from "../concurrency/channel.ts";
import { CliError } from "../errors.ts";
import type { DryRequest } from "../model/dry-request.ts";
import { notPrinted } from "../output/not-printed.ts";
import { type Spool, streamOf } from "../spool/spool.ts";
import { deliverBacklog } from "./backlog.ts";
import { type BulkEnd, BulkSender } from "./bulk.ts";
import type { BulkItem, BulkOutcome } from "./bulk-outcome.ts";
import type { Conclusion } from "./conclusion.ts";
import type { DeliveryJob } from "./deliver.ts";
import { deliveryTools } from "./delivery-tools.ts";
import type { Delivery } from "./flush.ts";
import { badRow, type LineOutcome, lineShape, lineText, toRow } from "./line-outcome.ts";
import { whyNotWritten } from "./no-place.ts";
import { notingOpenings } from "./openings.ts";
import { SharedAllowance } from "./shared-allowance.ts";
import { type InputOptions, readItems } from "./sources/input.ts";
import { openSpool } from "./spooled.ts";
import { concludeLines, Totals } from "./totals.ts";

/** Maximum number of bad lines that are reported on stderr; all of them have an outcome. */
const maxReportedLines = 20;

const progressMs = 200;

/** Outcomes of this time are written at once. A write for each few would take as long as sending them. */
const gatherMs = 20;

export interface InputJob extends DeliveryJob {
  options: DeliveryJob["options"] & InputOptions & { concurrency: number };
  /** `-` for standard input. */
  file: string;
}

/** Sends the events of a file or of standard input, as they are read. Each sender is used once. */
export class InputSender {
  readonly #job: InputJob;
  readonly #totals = new Totals();
  #warnings = 0;
  readonly #rows = new Channel<LineOutcome>({ gatherMs });

  constructor(job: InputJob) {
    const { ctx, vendor, options } = job;
    this.#job = options.dryRun === true ? job : { ...job, vendor: notingOpenings(ctx, vendor) };
  }

  /** Prints a row for each line as its outcome comes. The events are sent even when the rows cannot be printed. */
  async send(): Promise<Conclusion> {
    const { ctx, printer, options, file } = this.#job;
    const sending = this.#sendAll().finally(() => this.#rows.end());
    let unprinted: unknown;
    const printing = printer.stream(this.#rows.pages(), lineShape, lineText).catch((error: unknown) => {
      unprinted = error;
    });
    // Rows at the same terminal show how far it is.
    const shown = printer.isTTY
      ? sending
      : printer.progress("sending", (report) => this.#showProgress(sending, report));
    const [{ stoppedAt }] = await Promise.all([shown, printing]);
    const conclusion = concludeLines(this.#totals, { ...options, file, stoppedAt, signal: ctx.signal });
    if (unprinted === undefined || conclusion.failure !== undefined) return conclusion;
    const failure = notPrinted(unprinted, "the outcomes of the lines");
    if (!(failure instanceof Error)) throw failure;
    return { ...conclusion, failure };
  }

  /** Requests that would be sent, as the input is read. */
  async *dryRun(): AsyncIterable<DryRequest[]> {
    const { provider, connection, dryRequests } = this.#job.vendor;
    for await (const group of this.#items()) {
      for (const { event } of group) await provider.events.deliver(connection, event);
      yield dryRequests.splice(0);
    }
  }

  /** Whether a line was no event, or could not be one. */
  get hasBadLines(): boolean {
    return this.#totals.bad > 0;
  }

  #items(): AsyncIterable<BulkItem[]> {
    const { ctx, vendor, printer, options, file } = this.#job;
    const totals = this.#totals;
    return readItems(ctx, file, vendor, options, {
      onBad: async (line, message) => {
        totals.bad += 1;
        if (options.dryRun !== true) this.#rows.write(badRow(line, message, vendor.connection.profile));
        if (totals.bad <= maxReportedLines) await printer.warn(`line ${line}: ${message}`);
        if (totals.bad === maxReportedLines) await printer.warn("more bad lines: see the output");
      },
      onSkipped: async (line, message) => {
        totals.skipped += 1;
        if (totals.skipped <= maxReportedLines) await printer.notice(`line ${line}: skipped: ${message}`);
        if (totals.skipped === maxReportedLines) await printer.notice("more skipped lines: only counted");
      },
      onWarning: async (line, message) => {
        this.#warnings += 1;
        if (this.#warnings <= maxReportedLines) await printer.warn(`line ${line}: ${message}`);
        if (this.#warnings === maxReportedLines) await printer.warn("more warnings: not printed");
      },
      room: () => this.#rows.room(),
    });
  }

  /** Sends the events through the spool, unless `--no-spool`. */
  async #sendAll(): Promise<BulkEnd> {
    const { ctx, vendor, printer, options } = this.#job;
    const { provider, connection } = vendor;
    const { provider: name, name: profile, baseUrl } = connection.profile;
    const spool = options.spool === false ? undefined : openSpool(ctx);
    const earlier = spool && new EarlierEvents(this.#job, spool);
    // Earlier events go first: the input may have events of the same keys.
    await earlier?.flush();
    const whenDown = spool === undefined ? "no more events are sent" : "further events are kept in the spool";
    const allowance = new SharedAllowance(ctx, printer);
    const sender = new BulkSender({
      spool,
      target: { provider: name, profile, baseUrl },
      send: async (event) => {
        await allowance.turn(vendor, event);
        return provider.events.deliver(connection, event);
      },
      flush: async () => earlier?.flush() ?? true,
      whyWaits: (stream) => earlier?.whyWaits(stream) ?? null,
      onOutcome: (outcome) => this.#onOutcome(outcome),
      onNoSpool: (error) => {
        const reason = whyNotWritten(spool?.dir ?? "", error);
        void printer.warn(`the spool cannot be written, so events are sent without it: ${reason}`);
      },
      onOutage: (error) =>
        void printer.warn(error === null ? `${provider.title} responds again` : `${error.message}; ${whenDown}`),
      concurrency: options.concurrency,
      signal: ctx.signal,
      now: () => ctx.now(),
    });
    return sender.send(this.#items());
  }

  #onOutcome(outcome: BulkOutcome): void {
    this.#totals.add(outcome);
    this.#rows.write(toRow(outcome, this.#job.vendor.connection.profile));
  }

  async #showProgress<T>(work: Promise<T>, report: (text: string) => void): Promise<T> {
    const totals = this.#totals;
    const timer = setInterval(() => report(`sending: ${totals.all} done, ${totals.delivered} delivered`), progressMs);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }
}

/** Earlier events of the same profile in the spool. */
class EarlierEvents {
  readonly #job: DeliveryJob;
  readonly #spool: Spool;
  /** Why the events of a stream wait. */
  readonly #reasons = new Map<string, CliError>();

  constructor(job: DeliveryJob, spool: Spool) {
    this.#job = job;
    this.#spool = spool;
  }

  /** Delivers it. False when the vendor is down. */
  async flush(): Promise<boolean> {
    const { ctx, vendor, printer, options } = this.#job;
    this.#reasons.clear();
    const onDelivery = (delivery: Delivery): void => {
      if (delivery.outcome === "waiting" && delivery.error instanceof CliError)
        this.#reasons.set(streamOf(delivery.entry), delivery.error);
    };
    const tools = { ...deliveryTools(ctx, this.#spool, vendor, options), onDelivery };
    const report = await deliverBacklog(printer, tools, vendor);
    return report !== undefined && (report.delivered > 0 || report.refused > 0 || report.waiting === 0);
  }

  /** Why `flush` has left the events of a stream where they are; null when that is not known. */
  whyWaits(stream: string): CliError | null {
    return this.#reasons.get(stream) ?? null;
  }
}
