import { parseDuration } from "../../cli/arguments/duration.ts";
import { defineCommand } from "../../cli/command.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "../../cli/families/event-delivery.ts";
import { keyPrefixOption } from "../../cli/families/event-fields.ts";
import { files, flag, requiredChoice, text, valueOr, wordOr } from "../../cli/options.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { silent } from "../../output/result.ts";

export const reconcile = defineCommand({
  name: "reconcile",
  summary: "Trigger what fires in a monitoring system and is not open, and resolve what is open and fires no more",
  arguments: { file: wordOr("file", "its list of alerts; - for standard input", "-", { completes: files }) },
  options: {
    from: requiredChoice("system", "the monitoring system", ["alertmanager"]),
    url: text("url", "address of Alertmanager, which is asked instead of reading a list"),
    keyPrefix: keyPrefixOption,
    receiver: text("name", "the receiver that sends to onduty; other alerts are not triggered"),
    minUptime: valueOr("duration", "with --url: how long Alertmanager must have been up", parseDuration, {
      value: 300_000,
      word: "5m",
    }),
    allowEmpty: flag("resolve all when the list has no alerts"),
    ...deliveryOptions,
  },
  needs: "events",
  writes: true,
  output: loadOutcomeShape,
  notes: `
Alertmanager reports no end of an alert that is resolved while it is silenced or inhibited, of one that a group left out
(max_alerts), or of what ended while it or its receiver was down. This compares its list with what is open under
its keys. Look with --dry-run first. Everything under these keys must come from this Alertmanager: where several send
to one service, each needs a --key-prefix of its own, in "events send" too.
Nothing is resolved when the list of alerts is empty, failed or cannot be read, when the list of open incidents
is not complete, or while Alertmanager has been up for less than --min-uptime. What is silenced or inhibited there is left
unchanged. The key of the profile must be allowed to read incidents.`,
  examples: [
    "onduty events reconcile --from alertmanager --url http://127.0.0.1:9093 --dry-run",
    "onduty events reconcile --from alertmanager --url http://127.0.0.1:9093 --receiver onduty",
    "curl -fs http://127.0.0.1:9093/api/v2/alerts | onduty events reconcile --from alertmanager -",
  ],
  exitCodes: {
    ok: "both are the same now",
    failure: "refused",
    usage: "usage, or the list has no alerts",
    network: "no response",
    auth: "key",
    partial: "something is left open: it is not known whether it is over",
    pending: "safe on disk but not delivered yet",
  },
  check({ url }, { file }, ctx) {
    if (url !== undefined && file !== "-") throw usageError("a file and --url: both name the list of alerts");
    if (url === undefined && file === "-" && ctx.streams.in.isTTY)
      throw usageError(
        "standard input is the terminal",
        "onduty events reconcile --from alertmanager --url http://127.0.0.1:9093",
      );
  },
  async run(invocation) {
    const { ctx, args, options, printer, vendor } = invocation;
    const { planReconcile } = await import("../../events/reconcile/reconcile.ts");
    const { url, receiver, keyPrefix = "", allowEmpty = false } = options;
    const asked = { ...options, file: args.file, url, receiver, keyPrefix, allowEmpty };
    const plan = await printer.progress("comparing", planReconcile(ctx, vendor, asked));
    for (const line of plan.notices) await printer.notice(line);
    for (const line of plan.warnings) await printer.warn(line);
    const end = plan.events.length === 0 ? silent({}) : await deliver(invocation, plan.events, { one: false });
    const isDone = end.failure === undefined && (end.exitCode ?? ExitCode.ok) === ExitCode.ok;
    return plan.partial && isDone ? { ...end, exitCode: ExitCode.partial } : end;
  },
});
