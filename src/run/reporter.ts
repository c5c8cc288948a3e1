import type { Context, Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { type CiMetadata, ciMetadata } from "../events/ci.ts";
import { target } from "../events/defaults.ts";
import { type DeliveryJob, prepareEvents, sendEvents } from "../events/deliver.ts";
import type { DeliveryOptions } from "../events/delivery-options.ts";
import { changeEvent } from "../events/new-event.ts";
import { type DeliveryResult, isRepairable, outcomeLine, safeAs, silencedLine } from "../events/outcome.ts";
import { sendRunOutcome } from "../events/run-outcome.ts";
import { connectForEvents } from "../events/vendor.ts";
import type { ChangeStatus, Event, Severity } from "../model/event.ts";
import { defined } from "../model/object.ts";
import { dryRunText } from "../output/dry-run.ts";
import type { Printer } from "../output/printer.ts";
import type { Ended } from "./child.ts";
import { runDetails, runEvent } from "./run-event.ts";

export interface RunOptions extends DeliveryOptions {
  dedupKey?: string;
  summary?: string;
  severity?: Severity;
  environment?: string;
  version?: string;
  attachOutput?: boolean;
}

/** Reports a run to the vendor. Errors are printed on stderr; nothing is thrown. */
export class Reporter {
  readonly #ctx: Context;
  readonly #printer: Printer;
  readonly #words: readonly string[];
  readonly #options: RunOptions;

  constructor(ctx: Context, printer: Printer, words: readonly string[], options: RunOptions) {
    this.#ctx = ctx;
    this.#printer = printer;
    this.#words = words;
    this.#options = options;
  }

  /** A trigger or a resolve. */
  async outcome(ended: Ended): Promise<void> {
    await this.#report((ci, { connection }) => {
      const { summary, severity, dedupKey } = this.#options;
      const parts = { ...defined({ summary, severity, dedupKey }), ...target(this.#options, connection.profile) };
      return runEvent(ci, this.#runReport(ended), parts);
    });
  }

  /** One step of a deploy. */
  async change(status: ChangeStatus, ended?: Ended): Promise<void> {
    await this.#report((ci, { connection }) => {
      const { summary, dedupKey, environment, version } = this.#options;
      const event = changeEvent(ci, {
        status,
        ...defined({ summary, changeKey: dedupKey, environment, version }),
        ...target(this.#options, connection.profile),
      });
      if (ended === undefined) return event;
      return { ...event, details: { ...event.details, ...runDetails(this.#runReport(ended)) } };
    });
  }

  #runReport(ended: Ended) {
    return { words: this.#words, ended, redact: (text: string) => this.#ctx.redact(text) };
  }

  async #report(makeEvent: (ci: CiMetadata | null, vendor: Vendor<"events">) => Event): Promise<void> {
    try {
      const vendor = await connectForEvents(this.#ctx, this.#options);
      // Keys are known, and masked, once they were read; the output may repeat them.
      if (this.#options.attachOutput === true)
        for (const kind of vendor.connection.keys) await vendor.connection.http(kind);
      const job = { ctx: this.#ctx, vendor, printer: this.#printer, options: this.#options };
      const ci = await ciMetadata(this.#ctx.env);
      const events = await prepareEvents(job, [makeEvent(ci, vendor)], { fitsKeys: true });
      if (this.#options.dryRun === true) return await this.#dryRun(vendor, events);
      for (const event of events) await this.#send(job, event, { isCi: ci !== null });
    } catch (error) {
      await this.#printer.warn(`could not report the run: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof CliError && error.hint !== undefined) await this.#printer.warn(`hint: ${error.hint}`);
    }
  }

  async #send(job: DeliveryJob, event: Event, { isCi }: { isCi: boolean }): Promise<void> {
    const { vendor } = job;
    const report = (results: readonly DeliveryResult[]) => this.#printOutcomes(results, vendor);
    if (event.action === "change") return void (await sendEvents(job, [event], report));
    // The next run of a CI job may be on another machine.
    if (await sendRunOutcome(job, event, { knowsLast: !isCi }, report)) return;
    await this.#printer.notice(`${vendor.provider.title}: nothing to resolve  ${event.dedupKey}`);
  }

  async #printOutcomes(results: readonly DeliveryResult[], { provider }: Vendor<"events">): Promise<void> {
    for (const { row, error } of results) {
      const reason = row.message ?? "no response";
      // Most runs end with a resolve while nothing is open, so this is not reported.
      if (row.delivery === "delivered") {
        await this.#printer.notice(`${provider.title}: ${outcomeLine(row)}`);
        const silenced = silencedLine(row, row.incident);
        if (silenced !== undefined) await this.#printer.warn(silenced);
      } else if (row.delivery === "refused")
        await this.#printer.warn(`${provider.title} refused the report of the run: ${reason}`);
      else {
        await this.#printer.warn(`${provider.title} has no report of the run yet: ${reason}`);
        if (isRepairable(error) && error.hint !== undefined) await this.#printer.warn(`hint: ${error.hint}`);
        await this.#printer.warn(safeAs(row.spoolId));
      }
    }
  }

  /** On stderr: stdout is the child's. */
  async #dryRun({ provider, connection, dryRequests }: Vendor<"events">, events: Event[]): Promise<void> {
    for (const event of events) await provider.events.deliver(connection, event);
    for (const request of dryRequests.splice(0)) await this.#printer.warnLines(dryRunText(request));
  }
}
