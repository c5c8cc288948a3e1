import { InvalidArgumentError } from "commander";
import { collectLink } from "../../cli/arguments/links.ts";
import { collectDetail } from "../../cli/arguments/name-value.ts";
import { defineCommand } from "../../cli/command.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "../../cli/families/event-delivery.ts";
import { readSummary } from "../../cli/families/event-fields.ts";
import { oneOf, optionalWord, requiredValue, text, value } from "../../cli/options.ts";
import { ciMetadata } from "../../events/ci.ts";
import { target } from "../../events/defaults.ts";
import { changeEvent } from "../../events/new-event.ts";
import { findChangeStatus } from "../../events/words.ts";
import { type ChangeStatus, changeStatuses } from "../../model/event.ts";
import { defined } from "../../model/object.ts";

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
    status: requiredValue("status", `${changeStatuses.join(", ")}; a CI job's own word works`, readStatus, {
      completes: oneOf(changeStatuses),
    }),
    changeKey: text("key", "ties the events of one change together", {
      defaultNote: "from the CI job and environment",
    }),
    environment: text("name", "where to", { defaultNote: "of the CI job" }),
    version: text("version", "what is deployed"),
    link: value("url[=text]", "page to look at; can be repeated", collectLink, {
      repeatable: true,
      defaultNote: "the CI run",
    }),
    detail: value("name=value", "detail; can be repeated", collectDetail, { repeatable: true }),
    ...deliveryOptions,
  },
  dashWords: true,
  needs: "events",
  writes: true,
  output: loadOutcomeShape,
  notes: `
Flashduty has changes of its own; on OpsKnight a start opens an info alert, which success or cancellation resolves, and
a failure makes it an error that stays open.`,
  examples: [
    "onduty events change --status started --environment production --version 1.4.0",
    'onduty events change "Checkout 1.4.0" --status succeeded --change-key checkout-1.4.0',
    'onduty events change --status "${{ job.status }}" --spool-ok',
  ],
  exitCodes: {
    ok: "delivered",
    failure: "refused",
    usage: "usage",
    auth: "key",
    pending: "safe on disk but not delivered yet",
  },
  check(options, { summary }) {
    readSummary(summary, options.summary);
  },
  async run(invocation) {
    const { ctx, args, options, vendor } = invocation;
    const { status, changeKey, environment, version, link, detail } = options;
    const event = changeEvent(await ciMetadata(ctx.env), {
      status,
      ...defined({ summary: readSummary(args.summary, options.summary) }),
      ...defined({ changeKey, environment, version, link, detail }),
      ...target(options, vendor.connection.profile),
    });
    return deliver(invocation, [event], { one: true });
  },
});

/** A status in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
function readStatus(word: string): ChangeStatus {
  const status = findChangeStatus(word);
  if (status === undefined) throw new InvalidArgumentError(`Allowed choices are ${changeStatuses.join(", ")}.`);
  return status;
}
