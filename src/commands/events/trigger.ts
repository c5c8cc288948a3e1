import type { Command } from "commander";
import { readDetails } from "../../cli/arguments/details-file.ts";
import { collectLink } from "../../cli/arguments/links.ts";
import { collectDetail } from "../../cli/arguments/name-value.ts";
import { parseTime } from "../../cli/arguments/point-in-time.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { defaultSource, target } from "../../events/defaults.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import type { Event, Severity } from "../../model/event.ts";
import { addDeliveryOptions, parseSeverity } from "./options.ts";

export interface TriggerOptions extends DeliveryOptions {
  summary?: string;
  severity?: Severity;
  source?: string;
  dedupKey?: string;
  service?: string;
  routingKey?: string;
  component?: string;
  group?: string;
  class?: string;
  detail?: Record<string, string>;
  details?: string;
  link?: Event["links"];
  at?: string;
}

export function addEventsTrigger(parent: Command, ctx: Context, run = triggerEvent): void {
  const command = parent
    .command("trigger")
    .description("Report a problem; the same dedup key again adds to the problem that is open")
    .argument("[summary]", "what is wrong, in one line")
    .option("--summary <text>", "the same as an option")
    .option("--severity <level>", "critical, error, warning or info (default: error)", parseSeverity)
    .option("--source <name>", "what noticed it (default: the CI job, else this host)")
    .option(
      "--dedup-key <key>",
      "ties later events to this problem (default: from the CI job, else source and summary)",
    )
    .option("--component <name>", "part that is broken")
    .option("--group <name>", "what it belongs to")
    .option("--class <name>", "kind of problem")
    .option("--detail <name=value>", "more to know; can be repeated", collectDetail)
    .option("--details <file>", "JSON object with more to know; - for standard input")
    .option("--link <url[=text]>", "page to look at; can be repeated", collectLink)
    .option("--at <time>", "when it happened (default: now)")
    .option("--exit-status", "exit 9 when the vendor ignored the event");
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  onduty events trigger "Disk full on web-01" --severity critical --dedup-key web-01/disk
  onduty events trigger --summary "Backup failed" --details report.json --link https://ci.example.com/run/7="Run 7"
  df -h | jq -Rs '{df: .}' | onduty events trigger "Disk full" --details -

Exit codes: 0 delivered, 1 refused, 2 usage, 4 key, 8 safe on disk but not delivered yet, 9 ignored (--exit-status)
`,
    )
    .action((summary: string | undefined, _, self: Command) =>
      run(ctx, summary, self.optsWithGlobals<TriggerOptions>()),
    );
  declareTraits(command, { writes: true, prints: async () => (await import("../../events/outcome.ts")).outcomeShape });
}

export async function triggerEvent(ctx: Context, word: string | undefined, options: TriggerOptions): Promise<void> {
  if (word !== undefined && options.summary !== undefined) throw usageError("the summary is given twice");
  const summary = (word ?? options.summary ?? "").trim();
  if (summary === "") {
    throw usageError("there is no summary", 'onduty events trigger "what is wrong" --severity error');
  }
  const at = options.at === undefined ? undefined : parseTime(options.at, ctx.now(), options.tz);
  const [{ ciMetadata }, { deriveDedupKey, requireDedupKey }] = await Promise.all([
    import("../../events/ci.ts"),
    import("../../events/dedup-key.ts"),
  ]);
  const given = options.dedupKey === undefined ? undefined : requireDedupKey(options.dedupKey);
  const connected = await ctx.connect(options);
  const file = options.details === undefined ? {} : await readDetails(options.details, ctx.streams.in);
  const ci = await ciMetadata(ctx.env);
  const source = options.source?.trim() ?? defaultSource(ci);
  const details = { ...(ci !== null && { ci }), ...file, ...options.detail };
  const event: Event = {
    action: "trigger",
    summary,
    severity: options.severity ?? "error",
    source,
    dedupKey: given ?? deriveDedupKey(ci, source, summary),
    ...target(options, connected.connection.profile),
    ...(options.component !== undefined && { component: options.component }),
    ...(options.group !== undefined && { group: options.group }),
    ...(options.class !== undefined && { class: options.class }),
    details,
    links: options.link ?? [],
    ...(at !== undefined && { at: at.toISOString() }),
  };
  const { deliverEvents } = await import("../../events/deliver.ts");
  await deliverEvents(ctx, connected, [event], options, { one: true });
}
