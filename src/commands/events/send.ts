import { readConcurrency } from "../../cli/arguments/concurrency.ts";
import { defineCommand } from "../../cli/command.ts";
import { concluded, deliveryOptions } from "../../cli/families/event-delivery.ts";
import { choice, files, valueOr, wordOr } from "../../cli/options.ts";
import { CliError, ExitCode, usageError } from "../../errors.ts";
import { formats } from "../../events/sources/format.ts";
import { requestStream } from "../../output/dry-run.ts";

export const send = defineCommand({
  name: "send",
  summary:
    "Send many events: one JSON object in each line, in our own words or as PagerDuty Events API v2, or what a monitoring system posts",
  arguments: { file: wordOr("file", "file to read; - for standard input", "-", { completes: files }) },
  options: {
    from: choice("format", "read what this monitoring system posts", formats),
    concurrency: valueOr("n", "events under way at once, 1 to 64", readConcurrency, { value: 32, word: "32" }),
    ...deliveryOptions,
  },
  needs: "events",
  connect: () => ({ patient: true }),
  writes: true,
  ownDryRun: true,
  output: async () => (await import("../../events/line-outcome.ts")).lineShape,
  notes: `
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
                INSUFFICIENT_DATA is no event`,
  examples: [
    "onduty events send events.ndjson",
    "journalctl -o json -p err | jq -c '{summary: .MESSAGE, source: ._HOSTNAME}' | onduty events send -o ndjson",
    "onduty events send backlog.ndjson --concurrency 4 --spool-ok",
    "onduty events send --from alertmanager group.json --dry-run",
    `aws sqs receive-message --queue-url "$QUEUE" | jq '.Messages[].Body | fromjson' | onduty events send --from cloudwatch`,
  ],
  exitCodes: {
    ok: "all delivered",
    usage: "usage",
    network: "network (--no-spool)",
    auth: "key",
    partial: "some lines were bad or refused",
    pending: "some are safe on disk but not delivered yet",
  },
  check(_, { file }, ctx) {
    if (file === "-" && ctx.streams.in.isTTY)
      throw usageError("standard input is the terminal", "onduty events send FILE");
  },
  async run({ ctx, args, options, printer, vendor }) {
    const { profile, keys } = vendor.connection;
    if (keys.size === 0)
      throw new CliError("auth", `profile "${profile.name}" has no key`, { hint: `onduty keys set ${profile.name}` });
    const { InputSender } = await import("../../events/input-sender.ts");
    const sender = new InputSender({ ctx, vendor, printer, options, file: args.file });
    if (options.dryRun !== true) return concluded(printer, await sender.send());
    return requestStream(sender.dryRun(), () => ({ exitCode: sender.hasBadLines ? ExitCode.partial : undefined }));
  },
});
