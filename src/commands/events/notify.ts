import { parseWait } from "../../cli/arguments/duration.ts";
import { defineCommand } from "../../cli/command.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "../../cli/families/event-delivery.ts";
import { keyPrefixOption } from "../../cli/families/event-fields.ts";
import { optionalWords, requiredChoice, valueOr } from "../../cli/options.ts";
import { deadline } from "../../concurrency/deadline.ts";
import type { ConnectOptions, Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { target } from "../../events/defaults.ts";
import { systems } from "../../events/notify/systems.ts";
import { defined } from "../../model/object.ts";
import { silent } from "../../output/result.ts";

export const notify = defineCommand({
  name: "notify",
  summary: "Send the notification of a monitoring system that calls this command",
  arguments: { values: optionalWords("name=value", "what the system gives as arguments, by name") },
  options: {
    from: requiredChoice("system", "the monitoring system", systems),
    keyPrefix: keyPrefixOption,
    maxTime: valueOr("duration", "end after this time; the event is in the spool long before", parseWait, {
      value: 18_000,
      word: "18s",
    }),
    ...deliveryOptions,
  },
  defaults: { timeout: 10_000, maxWait: 10_000 },
  needs: "events",
  connect: limits,
  writes: true,
  output: loadOutcomeShape,
  notes: `
It reads the environment, arguments of the form NAME=VALUE, and for collectd standard input. The state decides: a problem
that is over is resolved, whatever the notification is about. The dedup key is host and service, never the id of a problem.
An acknowledgment acknowledges, with author and comment as its note. The beginning of a downtime and notifications that are
sent by hand are no events. A macro that was not filled counts as not given.
  nagios    macros as NAGIOS_... variables (enable_environment_macros=1), or as arguments: HOSTNAME='$HOSTNAME$'
  icinga2   macros as ICINGA_... variables of the NotificationCommand, or as arguments: host.name=$host.name$
  monit     the MONIT_... variables of a program that Monit executes
  zabbix    parameters of a script media type: EVENT.VALUE={EVENT.VALUE}
  collectd  the notification on standard input
  nut       NOTIFYTYPE and UPSNAME, and the message as an argument
  systemd   MONITOR_... variables of a unit that OnFailure= or OnSuccess= starts, or the unit as an argument
Requests take at most 10 s each and waits 10 s together, unless --timeout and --max-wait are given.`,
  examples: [
    "onduty events notify --from nagios HOSTNAME=web-01 SERVICEDESC=Disk SERVICESTATE=CRITICAL SERVICEOUTPUT='DISK CRITICAL - /var 97%'",
    "onduty events notify --from monit --dry-run",
    "onduty events notify --from systemd backup.service",
    "onduty events notify --from zabbix HOST.HOST=db-01 TRIGGER.ID=1701 EVENT.VALUE=0",
  ],
  exitCodes: {
    ok: "delivered, or no event",
    failure: "refused",
    usage: "usage, or what identifies the problem is missing",
    auth: "key",
    pending: "safe on disk but not delivered yet",
  },
  async run(invocation) {
    const { ctx, args, options, printer, vendor } = invocation;
    const { readNotification } = await import("../../events/notify/read.ts");
    const { from, keyPrefix, maxTime } = options;
    const where = { ...target(options, vendor.connection.profile), ...defined({ keyPrefix }), maxMs: maxTime };
    const { events, skipped, warnings } = await readNotification(ctx, from, args.values, where);
    for (const warning of warnings) await printer.warn(warning);
    if (skipped !== undefined) await printer.notice(`no event: ${skipped}`);
    if (events.length === 0) return silent({});
    const limited = { ...options, maxWait: Math.min(options.maxWait, maxTime), ...limits(options, ctx) };
    if (options.dryRun === true) {
      const all = events.map(({ event }) => event);
      return deliver(invocation, all, { one: true });
    }
    const { takeTurns } = await import("../../events/notify/turns.ts");
    const turns = await takeTurns(ctx, vendor.connection, events, { maxMs: maxTime });
    const onAdded = options.spool === false ? {} : { onAdded: () => void turns.sent() };
    try {
      for (const { dedupKey } of turns.overtaken)
        await printer.warn(`not sent: a later notification of "${dedupKey}" came first`);
      if (turns.events.length === 0) return silent({});
      const end = await deliver({ ...invocation, ...onAdded, options: limited }, turns.events, { one: true });
      await turns.sent();
      return end;
    } finally {
      await turns.end();
    }
  },
});

/** Nothing takes longer than `--max-time`, a command that prints the key included. */
function limits({ maxTime }: { maxTime: number }, ctx: Context): Pick<ConnectOptions, "keyTimeoutMs" | "signal"> {
  const late = new CliError("network", `not delivered within ${maxTime / 1000} s`, { retryable: true });
  return { keyTimeoutMs: maxTime, signal: deadline(ctx.signal, maxTime, late) };
}
