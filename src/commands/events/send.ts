import { type Command, InvalidArgumentError, Option } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { Channel } from "../../concurrency/channel.ts";
import type { Context, Vendor } from "../../context.ts";
import { CliError, ExitCode, usageError } from "../../errors.ts";
import type { BulkItem, BulkOutcome } from "../../events/bulk-outcome.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import type { Delivery } from "../../events/flush.ts";
import { badRow, type LineOutcome, lineShape, lineText, toRow } from "../../events/line-outcome.ts";
import { type Format, formats } from "../../events/sources/format.ts";
import { readItems } from "../../events/sources/input.ts";
import { concludeLines, Totals } from "../../events/totals.ts";
import { connectForEvents } from "../../events/vendor.ts";
import type { DryRequest } from "../../model/dry-request.ts";
import { notPrinted } from "../../output/not-printed.ts";
import type { Printer } from "../../output/printer.ts";
import { addDeliveryOptions } from "./options.ts";

interface SendOptions extends DeliveryOptions {
  concurrency: number;
  from?: Format;
}

/** So many bad lines are told of on stderr; all of them have an outcome. */
const toldLines = 20;

export function addEventsSend(parent: Command, ctx: Context): void {
  const command = parent
    .command("send")
    .description(
      "Send many events: one JSON object in each line, in our own words or as PagerDuty Events API v2, or what a monitoring system posts",
    )
    .argument("[file]", "file to read; - for standard input", "-")
    .addOption(new Option("--from <format>", "read what this monitoring system posts").choices(formats))
    .option("--concurrency <n>", "events under way at once, 1 to 64", parseConcurrency, 32);
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
Fields of a line: action (trigger, acknowledge, resolve, change; default trigger), summary, severity, source, dedupKey,
service, routingKey, component, group, class, details, links, at, note; of a change also status, environment, version.
Events of one dedup key keep their order. Rate limits are waited for; the vendor being down is not: what it does not
take stays in the spool.

With --from the input is JSON documents as a system posts them, one after the other, on one line or many, of at most 10 MiB
each. A problem and its end have the same dedup key; texts that are too long are cut.
  alertmanager  the webhook of Prometheus Alertmanager, and of Grafana Alerting: one event for each alert of the group
  datadog       the webhook's default payload, or one with the variables' names; name $ALERT_CYCLE_KEY and
                $ALERT_TRANSITION in yours
  cloudwatch    an alarm as SNS posts it (the envelope or its message), or EventBridge; OK resolves it, and
                INSUFFICIENT_DATA is no event

Examples:
  onduty events send events.ndjson
  journalctl -o json -p err | jq -c '{summary: .MESSAGE, source: ._HOSTNAME}' | onduty events send -o ndjson
  onduty events send backlog.ndjson --concurrency 4 --spool-ok
  onduty events send --from alertmanager group.json --dry-run
  aws sqs receive-message --queue-url "$QUEUE" | jq '.Messages[].Body | fromjson' | onduty events send --from cloudwatch

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
  const connected = await connectForEvents(ctx, { ...options, patient: true });
  const { connection } = connected;
  printer.check(lineShape);
  if (connection.keys.size === 0)
    throw new CliError("auth", `profile "${connection.profile.name}" has no key`, {
      hint: `onduty keys set ${connection.profile.name}`,
    });
  if (file === "-" && ctx.streams.in.isTTY)
    throw usageError("standard input is the terminal", "onduty events send FILE");
  const totals = new Totals();
  const rows = new Channel<LineOutcome>();
  const items = readItems(ctx, file, connected, options, {
    async onBad(line, message) {
      totals.bad += 1;
      if (options.dryRun !== true) rows.write(badRow(line, message, connection.profile));
      if (totals.bad <= toldLines) await printer.warn(`line ${line}: ${message}`);
      if (totals.bad === toldLines) await printer.warn("further bad lines are told of in the output only");
    },
    async onSkipped(line, message) {
      totals.skipped += 1;
      if (totals.skipped <= toldLines) await printer.notice(`line ${line}: left out: ${message}`);
      if (totals.skipped === toldLines) await printer.notice("what else is left out is only counted");
    },
    onWarning: (line, message) => printer.warn(`line ${line}: ${message}`),
    room: () => rows.room(),
  });
  if (options.dryRun === true) {
    await dryRun(printer, connected, items);
    if (totals.bad > 0) ctx.exitCode = ExitCode.partial;
    return;
  }

  const work = bulk(ctx, printer, connected, items, options, (outcome) => {
    totals.add(outcome);
    rows.write(toRow(outcome, connection.profile));
  }).finally(() => rows.end());
  // The events go on, whatever becomes of the output.
  let unprinted: unknown;
  const printed = printer.stream(rows.pages(), lineShape, lineText).catch((error: unknown) => {
    unprinted = error;
  });
  // Rows at the same terminal show how far it is.
  const shown = printer.isTTY ? work : printer.progress("sending", (say) => report(work, totals, say));
  const [end] = await Promise.all([shown, printed]);
  const how = { ...options, file, stoppedAt: end.stoppedAt, signal: ctx.signal };
  const { messages, failure, exitCode } = concludeLines(totals, how);
  for (const { text, optional } of messages) await (optional ? printer.notice(text) : printer.warn(text));
  if (failure !== undefined) throw failure;
  if (exitCode !== undefined) ctx.exitCode = exitCode;
  if (unprinted !== undefined) throw notPrinted(unprinted, "the outcomes of the lines");
}

/** Sends what `items` gives, through the spool unless `--no-spool`. */
async function bulk(
  ctx: Context,
  printer: Printer,
  connected: Vendor<"events">,
  items: AsyncIterable<BulkItem[]>,
  options: SendOptions,
  onOutcome: (outcome: BulkOutcome) => void,
): Promise<{ stoppedAt: number | null }> {
  const { provider, connection } = connected;
  const [{ BulkSender }, { streamOf }, { deliveryTools }, { deliverBacklog }, { openSpool }] = await Promise.all([
    import("../../events/bulk.ts"),
    import("../../spool/spool.ts"),
    import("../../events/delivery-tools.ts"),
    import("../../events/backlog.ts"),
    import("../../events/spooled.ts"),
  ]);
  const { provider: name, name: profile, baseUrl } = connection.profile;
  const spool = options.spool === false ? undefined : openSpool(ctx);
  const reasons = new Map<string, CliError>();
  const flush = async (): Promise<boolean> => {
    if (spool === undefined) return true;
    reasons.clear();
    const onDelivery = (delivery: Delivery): void => {
      if (delivery.outcome === "waiting" && delivery.error instanceof CliError)
        reasons.set(streamOf(delivery.entry), delivery.error);
    };
    const earlier = { ...deliveryTools(ctx, spool, connected, options), onDelivery };
    const report = await deliverBacklog(printer, earlier, connected);
    return report !== undefined && (report.delivered > 0 || report.refused > 0 || report.waiting === 0);
  };
  // What waits from earlier comes first: its keys may come again.
  await flush();
  const sender = new BulkSender({
    spool,
    target: { provider: name, profile, baseUrl },
    send: (event) => provider.events.deliver(connection, event),
    flush,
    whyWaits: (stream) => reasons.get(stream) ?? null,
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
  return sender.send(items);
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

/** Prints what would be sent, as it is read. */
async function dryRun(
  printer: Printer,
  { provider, connection, dryRequests }: Vendor<"events">,
  items: AsyncIterable<BulkItem[]>,
): Promise<void> {
  const { dryRunShape, dryRunText } = await import("../../output/dry-run.ts");
  async function* requests(): AsyncIterable<DryRequest[]> {
    for await (const group of items) {
      for (const { event } of group) await provider.events.deliver(connection, event);
      yield dryRequests.splice(0);
    }
  }
  await printer.stream(requests(), dryRunShape, dryRunText);
}
