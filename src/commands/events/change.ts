import { readEventTime } from "../../cli/arguments/event-time.ts";
import { collectLink } from "../../cli/arguments/links.ts";
import { collectDetail } from "../../cli/arguments/name-value.ts";
import { defineCommand } from "../../cli/command.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "../../cli/families/event-delivery.ts";
import { readSummary } from "../../cli/families/event-fields.ts";
import { readLength } from "../../cli/families/shifts.ts";
import { oneOf, optionalWord, requiredText, text, value } from "../../cli/options.ts";
import { requireCapability, type Vendor } from "../../context.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { target } from "../../events/defaults.ts";
import { changeEvent } from "../../events/new-event.ts";
import { passingKeyWarning, readOrigin } from "../../events/origin.ts";
import { readChangeStatus } from "../../events/status-words.ts";
import { changeStatuses } from "../../model/event.ts";
import { defined } from "../../model/object.ts";
import type { Printer } from "../../output/printer.ts";

export const change = defineCommand({
  name: "change",
  aliases: ["deploy"],
  summary: "Record a deploy or other change, from its start to its end",
  arguments: {
    summary: optionalWord(
      "summary",
      "what changes, in one line (default: from what is deployed, its version and environment)",
    ),
  },
  options: {
    summary: text("text", "the summary as an option"),
    status: requiredText("status", `${changeStatuses.join(", ")}; a CI job's own word works`, {
      completes: oneOf(changeStatuses),
    }),
    changeKey: text("key", "ties the events of one change together", {
      defaultNote: "from the CI job and environment",
    }),
    environment: text("name", "where to", { defaultNote: "of the CI job" }),
    version: text("version", "what is deployed"),
    at: text("time", "when it happened", { defaultWord: "now" }),
    link: value("url[=text]", "page to look at; can be repeated", collectLink, {
      repeatable: true,
      defaultNote: "the CI run",
    }),
    silence: value(
      "duration",
      "at a start, silence all alerts of the service for at most this long; at an end, end that silence",
      readLength,
    ),
    detail: value("name=value", "detail; can be repeated", collectDetail, { repeatable: true }),
    ...deliveryOptions,
  },
  joinsWords: true,
  dashWords: true,
  needs: "events",
  writes: true,
  output: loadOutcomeShape,
  notes: `
Flashduty has changes of its own. On OpsKnight a start opens an info alert, which every end resolves, and a failure opens an
error alert of its own, which only a later success of the same service and environment resolves. A status that is not known
counts as failed.`,
  examples: [
    "onduty events change --status started --environment production --version 1.4.0",
    'onduty events change "Checkout 1.4.0" --status succeeded --change-key checkout-1.4.0',
    'onduty events change --status "${{ job.status }}" --spool-ok',
  ],
  exitCodes: {
    ok: "delivered",
    failure: "refused, or its service is unknown",
    usage: "usage",
    auth: "key",
    pending: "safe on disk but not delivered yet",
  },
  check(options, { summary }, ctx) {
    readSummary(summary, options.summary);
    readEventTime(options.at, ctx.now(), options.tz);
  },
  async run(invocation) {
    const { ctx, args, options, vendor, printer } = invocation;
    const { changeKey, environment, version, link, detail } = options;
    const { at, warning } = readEventTime(options.at, ctx.now(), options.tz);
    if (options.silence !== undefined) checkSilenced(vendor, options.service);
    const { status, remark } = readChangeStatus(options.status, ctx.env);
    const origin = await readOrigin(ctx.env);
    const event = changeEvent(origin, {
      status,
      ...defined({ summary: readSummary(args.summary, options.summary) }),
      ...defined({ changeKey, environment, version, link, detail, at }),
      ...target(options, vendor.connection.profile),
    });
    const isOfHost = changeKey === undefined && event.service === undefined;
    await warn(printer, [remark, warning, isOfHost ? passingKeyWarning(origin, "change") : undefined]);
    const end = await deliver(invocation, [event], { one: true });
    if (options.silence === undefined || event.dedupKey === undefined) return end;
    const { followDeploy } = await import("../../silences/follow.ts");
    const problem = await followDeploy(vendor, printer, {
      ...{ status, changeKey: event.dedupKey, service: options.service, forMs: options.silence },
    });
    if (problem === undefined) return end;
    if (end.failure === undefined && (end.exitCode ?? ExitCode.ok) === ExitCode.ok) return { ...end, failure: problem };
    await printer.warn(`warning: ${problem.message}`);
    return end;
  },
});

/** Before anything is sent. @throws {CliError} `usage` where the vendor has no silences, or the service is not known */
function checkSilenced(vendor: Vendor<"events">, service: string | undefined): void {
  requireCapability(vendor, "silences");
  const { profile } = vendor.connection;
  if (service !== undefined || profile.service !== undefined) return;
  const isEnv = profile.name === "env";
  throw usageError(
    "--silence needs a service, and the profile has none",
    isEnv ? "set ONDUTY_SERVICE" : `onduty profiles edit ${profile.name} --service ID`,
  );
}

/** Prints what the user should know about the event. */
async function warn(printer: Printer, remarks: (string | undefined)[]): Promise<void> {
  for (const remark of remarks) if (remark !== undefined) await printer.warnLines(remark);
}
