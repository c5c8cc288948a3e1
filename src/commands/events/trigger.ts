import { readDetails } from "../../cli/arguments/details-file.ts";
import { readEventTime } from "../../cli/arguments/event-time.ts";
import { collectLink } from "../../cli/arguments/links.ts";
import { collectDetail } from "../../cli/arguments/name-value.ts";
import { defineCommand } from "../../cli/command.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "../../cli/families/event-delivery.ts";
import { readSummary, severityOption } from "../../cli/families/event-fields.ts";
import { files, flag, optionalWord, text, value } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { requireDedupKey } from "../../events/dedup-key.ts";
import { target } from "../../events/defaults.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import { triggerEvent } from "../../events/new-event.ts";
import { passingKeyWarning, readOrigin } from "../../events/origin.ts";
import { forProfile, quoteWord } from "../../model/command-line.ts";
import { defined } from "../../model/object.ts";

export const trigger = defineCommand({
  name: "trigger",
  summary: "Trigger an alert; the same dedup key adds to the open alert",
  arguments: { summary: optionalWord("summary", "what is wrong, in one line") },
  options: {
    summary: text("text", "the summary as an option"),
    severity: severityOption,
    source: text("name", "what detected it", { defaultNote: "the CI job, else this host" }),
    dedupKey: value("key", "ties later events to this problem", requireDedupKey, {
      defaultNote: "from the CI job, else source and summary",
    }),
    component: text("name", "part that is broken"),
    group: text("name", "what it belongs to"),
    class: text("name", "kind of problem"),
    detail: value("name=value", "detail; can be repeated", collectDetail, { repeatable: true }),
    details: text("file", "JSON object with details; - for standard input", { completes: files }),
    link: value("url[=text]", "page to look at; can be repeated", collectLink, { repeatable: true }),
    at: text("time", "when it happened", { defaultWord: "now" }),
    exitStatus: flag("exit 9 when the vendor ignored the event"),
    ...deliveryOptions,
  },
  joinsWords: true,
  dashWords: true,
  needs: "events",
  writes: true,
  output: loadOutcomeShape,
  examples: [
    'onduty events trigger "Disk full on web-01" --severity critical --dedup-key web-01/disk',
    'onduty events trigger --summary "Backup failed" --details report.json --link https://ci.example.com/run/7="Run 7"',
    `df -h | jq -Rs '{df: .}' | onduty events trigger "Disk full" --details -`,
  ],
  exitCodes: {
    ok: "delivered",
    failure: "refused, or its service is unknown",
    usage: "usage",
    auth: "key",
    pending: "safe on disk but not delivered yet",
    no: "ignored (--exit-status)",
  },
  check(options, { summary }, ctx) {
    // A plugin of a monitoring system may print nothing: then the key is the summary.
    if ((readSummary(summary, options.summary) ?? "") === "" && options.dedupKey === undefined)
      throw usageError("the summary is missing", 'onduty events trigger "what is wrong" --severity error');
    readEventTime(options.at, ctx.now(), options.tz);
  },
  async run(invocation) {
    const { ctx, args, options, vendor, printer } = invocation;
    const { at, warning } = readEventTime(options.at, ctx.now(), options.tz);
    if (warning !== undefined) await printer.warn(warning);
    const { severity, source, dedupKey, component, group, class: kind, detail, link } = options;
    const file = options.details === undefined ? {} : await readDetails(options.details, ctx.streams.in);
    const origin = await readOrigin(ctx.env);
    const event = triggerEvent(origin, {
      summary: readSummary(args.summary, options.summary) ?? "",
      ...defined({ severity, source, dedupKey, component, group, class: kind, links: link }),
      ...target(options, vendor.connection.profile),
      details: { ...file, ...detail },
      ...defined({ at }),
    });
    if (dedupKey === undefined && source === undefined) {
      const passing = passingKeyWarning(origin, "trigger");
      if (passing !== undefined) await printer.warnLines(passing);
    }
    const words = resolveWords(options);
    return deliver(invocation, [event], {
      one: true,
      noticeFor: ({ dedupKey: key, delivery, result }) =>
        delivery === "refused" || result === "ignored"
          ? undefined
          : `to resolve it: ${forProfile(`onduty events resolve ${quoteWord(key)}${words}`, vendor.connection.profile)}`,
    });
  },
});

/** Where the event went, for the command that resolves it. */
function resolveWords({ service, routingKey }: DeliveryOptions): string {
  const routed = routingKey === undefined ? "" : ` --routing-key ${quoteWord(routingKey)}`;
  return service === undefined ? routed : ` --service ${quoteWord(service)}${routed}`;
}
