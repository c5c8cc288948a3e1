import type { Context, Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { CiMetadata } from "../events/ci.ts";
import { target } from "../events/defaults.ts";
import { type DeliveryJob, prepareEvents, sendEvents } from "../events/deliver.ts";
import type { DeliveryOptions } from "../events/delivery-options.ts";
import { legsWarning, sharesKeyWithLegs } from "../events/matrix.ts";
import { changeEvent } from "../events/new-event.ts";
import { type Origin, passingKeyWarning, readOrigin } from "../events/origin.ts";
import { type DeliveryResult, type EventOutcome, isRepairable, outcomeLine, safeAs } from "../events/outcome.ts";
import { sendRunOutcome } from "../events/run-outcome.ts";
import { connectForEvents } from "../events/vendor.ts";
import type { ChangeStatus, Event, Severity } from "../model/event.ts";
import { defined } from "../model/object.ts";
import { dryRunText } from "../output/dry-run.ts";
import type { Printer } from "../output/printer.ts";
import type { Ended } from "./child.ts";
import type { OnCancel } from "./on-cancel.ts";
import { runDetails, runEvent } from "./run-event.ts";

export interface RunOptions extends DeliveryOptions {
  dedupKey?: string;
  summary?: string;
  severity?: Severity;
  environment?: string;
  version?: string;
  attachOutput?: boolean;
  onCancel?: OnCancel;
}

/** Reports a run to the vendor. Errors are printed on stderr; nothing is thrown. */
export class Reporter {
  readonly #ctx: Context;
  readonly #printer: Printer;
  readonly #words: readonly string[];
  readonly #options: RunOptions;
  /** Ends what is still under way when the time after the command is over. */
  readonly #limit = new AbortController();
  #endMs: number | undefined;
  /** Whether the start of a deploy has no response yet: its end waits for it. */
  #isStarting = false;

  constructor(ctx: Context, printer: Printer, words: readonly string[], options: RunOptions) {
    const { signal } = this.#limit;
    this.#ctx = { ...ctx, signal };
    this.#printer = printer;
    this.#words = words;
    this.#options = { ...options, signal, maxWaitLeft: () => this.#waitLeftMs() };
    ctx.signal.addEventListener("abort", () => this.#limit.abort(ctx.signal.reason), { once: true, signal });
    if (ctx.signal.aborted) this.#limit.abort(ctx.signal.reason);
  }

  /** The command has ended: from now on one `--max-wait` and one `--timeout` are left, for everything together. */
  commandEnded(): void {
    const { maxWait, timeout } = this.#options;
    this.#endMs = process.uptime() * 1000;
    setTimeout(() => this.#limit.abort(tooLate), maxWait + timeout).unref();
  }

  /** A trigger or a resolve. */
  async outcome(ended: Ended): Promise<void> {
    const { summary, severity, dedupKey } = this.#options;
    if (ended.stopped && this.#options.onCancel !== "trigger") {
      await this.#printer.warn("interrupted, so nothing is reported; to report it: --on-cancel trigger");
      return;
    }
    await this.#report(async (origin, { connection }) => {
      const warning =
        dedupKey === undefined ? passingKeyWarning(origin, ended.code === 0 ? "passed" : "run") : undefined;
      if (warning !== undefined) await this.#printer.warnLines(warning);
      // Whatever is open under such a key is about another run.
      if (warning !== undefined && ended.code === 0) return null;
      const parts = { ...defined({ summary, severity, dedupKey }), ...target(this.#options, connection.profile) };
      return runEvent(origin, this.#runReport(ended), parts);
    });
  }

  /** The start of a deploy. `onAdded` is called when it is on disk, or will never be. */
  async started(onAdded: () => void): Promise<void> {
    this.#isStarting = true;
    await this.#change("started", undefined, onAdded);
    this.#isStarting = false;
    onAdded();
  }

  /** The end of a deploy. */
  async ended(ended: Ended): Promise<void> {
    const isCanceled = ended.stopped && this.#options.onCancel !== "trigger";
    await this.#change(isCanceled ? "canceled" : ended.code === 0 ? "succeeded" : "failed", ended);
  }

  async #change(status: ChangeStatus, ended?: Ended, onAdded?: () => void): Promise<void> {
    const makeEvent = async (origin: Origin, { connection }: Vendor<"events">): Promise<Event> => {
      const { summary, dedupKey, environment, version } = this.#options;
      const event = changeEvent(origin, {
        status,
        ...defined({ summary, changeKey: dedupKey, environment, version }),
        ...target(this.#options, connection.profile),
      });
      const isOfHost = dedupKey === undefined && event.service === undefined;
      const warning = status === "failed" && isOfHost ? passingKeyWarning(origin, "run") : undefined;
      if (warning !== undefined) await this.#printer.warnLines(warning);
      if (ended === undefined) return event;
      return { ...event, details: { ...event.details, ...runDetails(this.#runReport(ended)) } };
    };
    await this.#report(makeEvent, onAdded);
  }

  #waitLeftMs(): number {
    const { maxWait } = this.#options;
    return this.#endMs === undefined ? maxWait : maxWait - (process.uptime() * 1000 - this.#endMs);
  }

  #runReport(ended: Ended) {
    return { words: this.#words, ended, redact: (text: string) => this.#ctx.redact(text) };
  }

  async #report(
    makeEvent: (origin: Origin, vendor: Vendor<"events">) => Promise<Event | null>,
    onAdded?: () => void,
  ): Promise<void> {
    try {
      const vendor = await connectForEvents(this.#ctx, this.#options);
      // Keys are known, and masked, once they were read; the output may repeat them.
      if (this.#options.attachOutput === true)
        for (const kind of vendor.connection.keys) await vendor.connection.http(kind);
      const origin = await readOrigin(this.#ctx.env);
      const made = await makeEvent(origin, vendor);
      if (made === null) return;
      const job = { ctx: this.#ctx, vendor, printer: this.#printer, options: this.#options, ...defined({ onAdded }) };
      const events = await prepareEvents(job, [made], { fitsKeys: true });
      if (this.#options.dryRun === true) return await this.#dryRun(vendor, events);
      for (const event of events) await this.#send(job, event, origin);
    } catch (error) {
      await this.#printer.warn(`could not report the run: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof CliError && error.hint !== undefined) await this.#printer.warn(`hint: ${error.hint}`);
    }
  }

  async #send(job: DeliveryJob, event: Event, origin: Origin): Promise<void> {
    const { vendor } = job;
    const report = (results: readonly DeliveryResult[]) => this.#printOutcomes(results, vendor, origin, event);
    if (event.action === "change") return void (await sendEvents(job, [event], report));
    // The next run of a CI job may be on another machine.
    await sendRunOutcome(
      job,
      event,
      { knowsLast: origin.ci === null },
      {
        report,
        leftOut: () => this.#printer.notice(`${vendor.provider.title}: nothing to resolve  ${event.dedupKey}`),
      },
    );
  }

  async #printOutcomes(
    results: readonly DeliveryResult[],
    { provider }: Vendor<"events">,
    { ci }: Origin,
    { change }: Event,
  ): Promise<void> {
    for (const { row, error, silenced = [] } of results) {
      const reason = this.#reasonOf(change?.status) ?? row.message ?? "no response";
      // Most runs end with a resolve while nothing is open, so this is not reported.
      if (row.delivery === "delivered") {
        await this.#printer.notice(`${provider.title}: ${outcomeLine(row)}`);
        for (const line of silenced) await this.#printer.warn(line);
      } else if (row.delivery === "refused")
        await this.#printer.warn(`${provider.title} refused the report of the run: ${reason}`);
      else {
        await this.#printer.warn(`${provider.title} has no report of the run yet: ${reason}`);
        if (isRepairable(error) && error.hint !== undefined) await this.#printer.warn(`hint: ${error.hint}`);
        await this.#printer.warn(safeAs(row.spoolId));
      }
      if (row.action === "resolve" && row.delivery === "delivered") await this.#warnOfLegs(row, ci);
    }
  }

  /** Why an event waits, where its own delivery does not show it. */
  #reasonOf(status: ChangeStatus | undefined): string | undefined {
    if (this.#limit.signal.reason === tooLate) return tooLate.message;
    const isEnd = status !== undefined && status !== "started";
    return isEnd && this.#isStarting ? "the start of the deploy has no response yet" : undefined;
  }

  /** Warns that the key may be that of another leg, where that may have been resolved. */
  async #warnOfLegs({ result }: EventOutcome, ci: CiMetadata | null): Promise<void> {
    if (this.#options.dedupKey !== undefined) return;
    const shares = await sharesKeyWithLegs(ci, this.#ctx.env);
    if (shares === true || (shares === "unknown" && result !== "ignored")) await this.#printer.warnLines(legsWarning);
  }

  /** On stderr: stdout is the child's. */
  async #dryRun({ provider, connection, dryRequests }: Vendor<"events">, events: Event[]): Promise<void> {
    for (const event of events) await provider.events.deliver(connection, event);
    for (const request of dryRequests.splice(0)) await this.#printer.warnLines(dryRunText(request));
  }
}

/** The reason of the limit's signal when it is the time that is over. */
const tooLate = new CliError("network", "no response in time", { retryable: true });
