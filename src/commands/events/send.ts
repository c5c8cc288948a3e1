import { readConcurrency } from "../../cli/arguments/concurrency.ts";
import { defineCommand } from "../../cli/command.ts";
import { concluded, deliveryOptions } from "../../cli/families/event-delivery.ts";
import { keyPrefixOption } from "../../cli/families/event-fields.ts";
import { choice, files, text, valueOr, wordOr } from "../../cli/options.ts";
import { CliError, ExitCode, usageError } from "../../errors.ts";
import { formats } from "../../events/sources/format.ts";
import { requestStream } from "../../output/dry-run.ts";

export const send = defineCommand({
  name: "send",
  summary:
    "Send many events: JSON in onduty's own form or that of PagerDuty's Events API, or what a monitoring system posts",
  arguments: { file: wordOr("file", "file to read; - for standard input", "-", { completes: files }) },
  options: {
    from: choice("format", "read what this monitoring system posts", formats),
    map: text("jq", "read any JSON: the jq expression makes events of each document"),
    keyPrefix: keyPrefixOption,
    concurrency: valueOr("n", "events under way at once, 1 to 64", readConcurrency, { value: 32, word: "32" }),
    ...deliveryOptions,
  },
  needs: "events",
  connect: () => ({ patient: true }),
  writes: true,
  ownDryRun: true,
  output: async () => (await import("../../events/line-outcome.ts")).lineShape,
  notes: `
Fields of an event: action (trigger, acknowledge, resolve, change; default trigger), summary, severity, source, dedupKey,
service, routingKey, component, group, class, details, links, at, note; of a change also status, environment, version.
The input has one object on each line, objects over several lines, or a list. Events of one dedup key keep their order. It
waits for rate limits, and does not wait for a vendor that is down: those events stay in the spool. A link, severity or time
that cannot be read and a text that is too long are repaired, with a warning. Keys in bodies for PagerDuty are left out.
With an API key of OpsKnight 100 events a minute are sent, since all API keys of a server share 120; an integration key has
its own allowance.

With --from the input is JSON documents as a system posts them, one after the other, on one line or many, of at most 10 MiB
each. A problem and its end have the same dedup key. Where two systems of a kind watch different things, give each its own
--key-prefix: else the one closes what the other opened.
  alertmanager  the webhook of Alertmanager and Grafana Alerting; lists of alerts
                (API v2, amtool -o json, Prometheus' /api/v1/alerts): what is
                missing from a list is not resolved
  grafana       the webhooks of Grafana Alerting and of older dashboard alerts
  datadog       the webhook's default payload, or one with the variables' names;
                name $ALERT_CYCLE_KEY and $ALERT_TRANSITION in yours
  cloudwatch    an alarm as SNS, SQS, EventBridge or Lambda gets it; OK resolves
                it, and INSUFFICIENT_DATA is no event
  pagerduty     bodies of the Events API v2 and v1, and of change events
  azure         the common alert schema
  gcp           the webhook of Cloud Monitoring, and the same from Pub/Sub
  sentry        the webhooks of issues, issue alerts and metric alerts
  newrelic      the webhook of workflows, and the older one
  uptime-kuma   the webhook
  zabbix        exported events, or a webhook's JSON with the macros' names
  checkmk       the variables of a notification as JSON: jq -n env
docs/senders.md has the details.`,
  examples: [
    "onduty events send events.ndjson",
    "journalctl -o json -p err | jq -c '{summary: .MESSAGE, source: ._HOSTNAME}' | onduty events send -o ndjson",
    "onduty events send backlog.ndjson --concurrency 4 --spool-ok",
    "onduty events send --from alertmanager group.json --dry-run",
    "amtool alert query -o json | onduty events send --from alertmanager --key-prefix eu:",
    "onduty events send report.json --map '.checks[] | {summary: .text, dedupKey: .name}'",
    `aws sqs receive-message --queue-url "$QUEUE" | onduty events send --from cloudwatch`,
  ],
  exitCodes: {
    ok: "all delivered",
    failure: "some were not sent, and are not on disk",
    usage: "usage",
    network: "the same, with no response",
    auth: "key",
    partial: "some lines were bad or refused",
    pending: "some are safe on disk but not delivered yet",
  },
  check({ from, map }, { file }, ctx) {
    if (from !== undefined && map !== undefined) throw usageError("--from and --map exclude each other");
    if (file === "-" && ctx.streams.in.isTTY)
      throw usageError("standard input is the terminal", "onduty events send FILE");
  },
  async run({ ctx, args, options, printer, vendor }) {
    const { name } = vendor.connection.profile;
    if (vendor.connection.keys.size === 0)
      throw new CliError("auth", `profile "${name}" has no key`, {
        hint: name === "env" ? "set ONDUTY_API_KEY or ONDUTY_INTEGRATION_KEY" : `onduty keys set ${name}`,
      });
    const { InputSender } = await import("../../events/input-sender.ts");
    const sender = new InputSender({ ctx, vendor, printer, options, file: args.file });
    if (options.dryRun !== true) return concluded(printer, await sender.send());
    return requestStream(sender.dryRun(), () => ({ exitCode: sender.hasBadLines ? ExitCode.partial : undefined }));
  },
});
