import { type Command, InvalidArgumentError } from "commander";
import type { Connected, Context, DryRequest } from "../../context.ts";
import { CliError, ExitCode, unsupported, usageError } from "../../errors.ts";
import type { Printer } from "../../output/printer.ts";
import type { BulkItem, BulkOutcome } from "../../spool/bulk.ts";
import { notPrinted } from "../not-printed.ts";
import { declareTraits } from "../traits.ts";
import type { DeliveryOptions } from "./delivery.ts";
import { badRow, type LineOutcome, lineShape, lineText, toRow } from "./line-outcome.ts";
import { addDeliveryOptions, defaultSource, target } from "./options.ts";
import { RowQueue } from "./row-queue.ts";

interface SendOptions extends DeliveryOptions {
  concurrency: number;
  service?: string;
  routingKey?: string;
}

/** So many bad lines are told of on stderr; all of them have an outcome. */
const toldLines = 20;

export function addEventsSend(parent: Command, ctx: Context): void {
  const command = parent
    .command("send")
    .description("Send many events: one JSON object in each line, in our own words or as PagerDuty Events API v2")
    .argument("[file]", "file to read; - for standard input", "-")
    .option("--concurrency <n>", "events under way at once, 1 to 64", parseConcurrency, 32);
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
Fields of a line: action (trigger, acknowledge, resolve, change; default trigger), summary, severity, source, dedupKey,
service, routingKey, component, group, class, details, links, at, note; of a change also status, environment, version.
Events of one dedup key keep their order. Rate limits are waited for; the vendor being down is not: what it does not
take stays in the spool.

Examples:
  onduty events send events.ndjson
  journalctl -o json -p err | jq -c '{summary: .MESSAGE, source: ._HOSTNAME}' | onduty events send -o ndjson
  onduty events send backlog.ndjson --concurrency 4 --spool-ok

Exit codes: 0 all delivered, 2 usage, 3 network (--no-spool), 4 key, 7 some lines were bad or refused, 8 some are safe on
disk but not delivered yet
`,
    )
    .action((file: string, _, self: Command) => sendEvents(ctx, file, self.optsWithGlobals<SendOptions>()));
  declareTraits(command, { writes: true, prints: lineShape });
}

function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 64)
    throw new InvalidArgumentError("Expected a number from 1 to 64.");
  return number;
}

async function sendEvents(ctx: Context, file: string, options: SendOptions): Promise<void> {
  const printer = ctx.printer(options);
  const connected = await ctx.connect({ ...options, patient: true });
  const { provider, connection } = connected;
  if (provider.events === undefined) throw unsupported(provider.name, "events");
  printer.check(lineShape);
  if (connection.keys.size === 0)
    throw new CliError("auth", `profile "${connection.profile.name}" has no key`, {
      hint: `onduty keys set ${connection.profile.name}`,
    });
  if (file === "-" && ctx.streams.in.isTTY)
    throw usageError("standard input is the terminal", "onduty events send FILE");
  const totals = new Totals();
  const rows = new RowQueue<LineOutcome>();
  const items = readItems(ctx, file, connected, options, {
    async onBad(row) {
      totals.bad += 1;
      if (options.dryRun !== true) rows.push(row);
      if (totals.bad <= toldLines) await printer.warn(`line ${row.line}: ${row.message}`);
      if (totals.bad === toldLines) await printer.warn("further bad lines are told of in the output only");
    },
    room: () => rows.room(),
  });
  if (options.dryRun === true) return dryRun(printer, connected, items);

  const work = bulk(ctx, printer, connected, items, options, (outcome) => {
    totals.add(outcome);
    rows.push(toRow(outcome, connection.profile));
  }).finally(() => rows.end());
  // The events go on, whatever becomes of the output.
  let unprinted: unknown;
  const printed = printer.stream(rows.pages(), lineShape, lineText).catch((error: unknown) => {
    unprinted = error;
  });
  // Rows at the same terminal show how far it is.
  const shown = printer.isTTY ? work : printer.progress("sending", (say) => report(work, totals, say));
  const [end] = await Promise.all([shown, printed]);
  await conclude(ctx, printer, totals, { ...options, file }, end.stoppedAt);
  if (unprinted !== undefined) throw notPrinted(unprinted, "the outcomes of the lines");
}

/** Sends what `items` gives, through the spool unless `--no-spool`. */
async function bulk(
  ctx: Context,
  printer: Printer,
  connected: Connected,
  items: AsyncIterable<BulkItem[]>,
  options: SendOptions,
  onOutcome: (outcome: BulkOutcome) => void,
): Promise<{ stoppedAt: number | null }> {
  const { provider, connection } = connected;
  const [{ sendAll }, { deliveryTools }, { deliverBacklog }, { openSpool }] = await Promise.all([
    import("../../spool/bulk.ts"),
    import("./delivery.ts"),
    import("./backlog.ts"),
    import("../spool/rows.ts"),
  ]);
  const { provider: name, name: profile, baseUrl } = connection.profile;
  const spool = options.spool === false ? undefined : openSpool(ctx);
  const flush = async (): Promise<boolean> => {
    if (spool === undefined) return true;
    const report = await deliverBacklog(printer, deliveryTools(ctx, spool, connected, options), connected);
    return report !== undefined && (report.delivered > 0 || report.refused > 0 || report.waiting === 0);
  };
  // What waits from earlier comes first: its keys may come again.
  await flush();
  return sendAll(items, {
    spool,
    target: { provider: name, profile, baseUrl },
    send: (event) => provider.events?.deliver(connection, event) ?? Promise.reject(unsupported(name, "events")),
    flush,
    onOutcome,
    onNoSpool: (error) =>
      void printer.warn(`the spool cannot be written, so events are sent without it: ${error.message}`),
    onOutage: (error) =>
      void printer.warn(
        error === null
          ? `${provider.title} answers again`
          : `${error.message}; ${spool === undefined ? "no more events are sent" : "further events are kept in the spool"}`,
      ),
    concurrency: options.concurrency,
    signal: ctx.signal,
    now: () => ctx.now(),
  });
}

/** The events of the input; lines that are none go to `onBad`. It is not read faster than there is `room` for what comes of it. */
async function* readItems(
  ctx: Context,
  file: string,
  { provider, connection }: Connected,
  options: SendOptions,
  { onBad, room }: { onBad(row: LineOutcome): Promise<void>; room(): Promise<void> },
): AsyncIterable<BulkItem[]> {
  const [{ readLines }, { parseLine }, { checkTexts }, { ciMetadata }] = await Promise.all([
    import("./lines.ts"),
    import("./parse-line.ts"),
    import("./check.ts"),
    import("../../ci/ci.ts"),
  ]);
  const ci = await ciMetadata(ctx.env);
  const defaults = { source: defaultSource(ci), ci, ...target(options, connection.profile) };
  const { events } = provider;
  if (events === undefined) return;
  for await (const lines of readLines(ctx, file)) {
    const items: BulkItem[] = [];
    for (const one of lines) {
      const { line } = one;
      try {
        if ("problem" in one) throw usageError(one.problem);
        const event = parseLine(one.text, defaults);
        checkTexts(event, events.limits, provider.title);
        events.check(connection, event);
        items.push({ line, event });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        await onBad(badRow(line, error.message, connection.profile));
      }
    }
    await room();
    if (items.length > 0) yield items;
  }
}

/** Counts of outcomes, and what stood in the way. */
class Totals {
  delivered = 0;
  refused = 0;
  spooled = 0;
  lost = 0;
  bad = 0;
  ignored = 0;
  /** Of what was not delivered, the first error. */
  error: CliError | null = null;

  add(outcome: BulkOutcome): void {
    this[outcome.outcome] += 1;
    if (outcome.outcome === "delivered") {
      if (outcome.receipt.result === "ignored") this.ignored += 1;
    } else if (outcome.outcome !== "refused") this.error ??= outcome.error;
  }

  get all(): number {
    return this.delivered + this.refused + this.spooled + this.lost + this.bad;
  }
}

/** Keeps the progress line up to date. */
async function report<T>(work: Promise<T>, totals: Totals, say: (text: string) => void): Promise<T> {
  const timer = setInterval(() => say(`sending: ${totals.all} done, ${totals.delivered} delivered`), 200);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Tells how it went, and settles the exit code. */
async function conclude(
  ctx: Context,
  printer: Printer,
  totals: Totals,
  options: SendOptions & { file: string },
  stoppedAt: number | null,
): Promise<void> {
  const { delivered, refused, spooled, lost, bad, ignored, error } = totals;
  const parts = [
    `${delivered} delivered`,
    ...(ignored > 0 ? [`${ignored} of them ignored: nothing was open`] : []),
    ...(spooled > 0 ? [`${spooled} safe in the spool`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(lost > 0 ? [`${lost} not sent`] : []),
    ...(bad > 0 ? [`${bad} bad ${bad === 1 ? "line" : "lines"}`] : []),
  ];
  const whole = delivered === totals.all && stoppedAt === null;
  const lines = totals.all === 1 ? "1 line" : `${totals.all} lines`;
  const text = totals.all === 0 ? "there are no events in the input" : `${lines}: ${parts.join(", ")}`;
  if (totals.all > 0 || !ctx.signal.aborted) await (whole ? printer.notice(text) : printer.warn(text));
  if (spooled > 0) await printer.notice("deliver what waits with: onduty spool flush");
  if (refused > 0) await printer.notice("what was refused is kept: onduty spool list --dead");
  if (stoppedAt !== null) {
    const rest =
      options.file === "-"
        ? ""
        : `; send the rest with: tail -n +${stoppedAt + 1} ${options.file} | onduty events send`;
    await printer.warn(`stopped after line ${stoppedAt}${rest}`);
  }
  if (ctx.signal.aborted) throw new CliError("interrupted", "interrupted");
  if (error?.kind === "auth" && delivered === 0) throw error;
  if (lost > 0 && delivered === 0 && refused === 0 && bad === 0 && error !== null) throw error;
  if (bad > 0 || refused > 0 || lost > 0) ctx.exitCode = ExitCode.partial;
  else if (spooled > 0 && options.spoolOk !== true) ctx.exitCode = ExitCode.pending;
  else if (ignored > 0 && options.exitStatus === true) ctx.exitCode = ExitCode.no;
}

/** Prints what would be sent, as it is read. */
async function dryRun(
  printer: Printer,
  { provider, connection, dryRequests }: Connected,
  items: AsyncIterable<BulkItem[]>,
): Promise<void> {
  const { dryRunShape, dryRunText } = await import("../dry-run.ts");
  async function* requests(): AsyncIterable<DryRequest[]> {
    for await (const group of items) {
      for (const { event } of group) await provider.events?.deliver(connection, event);
      yield dryRequests.splice(0);
    }
  }
  await printer.stream(requests(), dryRunShape, dryRunText);
}
