import type { Command } from "commander";
import { collectLink } from "../../cli/arguments/links.ts";
import { collectDetail } from "../../cli/arguments/name-value.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { defaultSource, target } from "../../events/defaults.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import { type ChangeStatus, changeStatuses, type Event } from "../../model/event.ts";
import { addDeliveryOptions, parseChangeStatus } from "./options.ts";

export interface ChangeOptions extends DeliveryOptions {
  summary?: string;
  /** Required by the command line. */
  status: ChangeStatus;
  changeKey?: string;
  service?: string;
  routingKey?: string;
  environment?: string;
  version?: string;
  link?: Event["links"];
  detail?: Record<string, string>;
}

/** Registers `onduty events change`, also called `events deploy`. */
export function addEventsChange(events: Command, ctx: Context): void {
  declare(events.command("change").alias("deploy"), ctx, "onduty events change");
}

/** Fills `onduty deploy`, which is the same. */
export function addDeploy(command: Command, ctx: Context): void {
  declare(command, ctx, "onduty deploy");
}

function declare(command: Command, ctx: Context, path: string): void {
  command
    .description("Record a deploy or other change, from its start to its end")
    .argument("[summary]", "what changes, in one line (default: from what is deployed, its version and environment)")
    .option("--summary <text>", "the same as an option")
    .requiredOption("--status <status>", `${changeStatuses.join(", ")}; a CI job's own word works`, parseChangeStatus)
    .option("--change-key <key>", "ties the events of one change together (default: from the CI job and environment)")
    .option("--environment <name>", "where to (default: of the CI job)")
    .option("--version <version>", "what is deployed")
    .option("--link <url[=text]>", "page to look at; can be repeated (default: the CI run)", collectLink)
    .option("--detail <name=value>", "more to know; can be repeated", collectDetail);
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  ${path} --status started --environment production --version 1.4.0
  ${path} "Checkout 1.4.0" --status succeeded --change-key checkout-1.4.0
  ${path} --status "\${{ job.status }}" --spool-ok

Flashduty has changes of its own; on OpsKnight a start opens an info alert, which success or cancellation resolves, and
a failure makes it an error that stays open.

Exit codes: 0 delivered, 1 refused, 2 usage, 4 key, 8 safe on disk but not delivered yet
`,
    )
    .action((summary: string | undefined, _, self: Command) =>
      recordChange(ctx, summary, self.optsWithGlobals<ChangeOptions>()),
    );
  declareTraits(command, { writes: true, prints: async () => (await import("../../events/outcome.ts")).outcomeShape });
}

async function recordChange(ctx: Context, word: string | undefined, options: ChangeOptions): Promise<void> {
  if (word !== undefined && options.summary !== undefined) throw usageError("the summary is given twice");
  const [{ ciMetadata }, { deliverEvents }] = await Promise.all([
    import("../../events/ci.ts"),
    import("../../events/deliver.ts"),
  ]);
  const connected = await ctx.connect(options);
  const ci = await ciMetadata(ctx.env);
  const to = target(options, connected.connection.profile);
  const event = await changeEvent(ci, { ...options, summary: word ?? options.summary, ...to });
  await deliverEvents(ctx, connected, [event], options, { one: true });
}

/** What `changeEvent` is told of a change. */
export type ChangeParts = Pick<Event, "service" | "routingKey"> &
  Pick<ChangeOptions, "status" | "changeKey" | "environment" | "version" | "link" | "detail"> & {
    summary?: string | undefined;
  };

/** The event of one step of a change, with what the CI job tells. */
export async function changeEvent(
  ci: Awaited<ReturnType<typeof import("../../events/ci.ts").ciMetadata>>,
  parts: ChangeParts,
): Promise<Event> {
  const { deriveChangeKey, requireDedupKey } = await import("../../events/dedup-key.ts");
  const { status, changeKey, version, service, routingKey, link, detail } = parts;
  const environment = parts.environment ?? ci?.environment ?? undefined;
  const source = defaultSource(ci);
  const links = link ?? (ci?.runUrl == null ? [] : [{ href: ci.runUrl, text: "CI run" }]);
  const what = ci?.repository ?? service ?? source;
  const words = ["Deploy", what, version, environment && `to ${environment}`].filter(Boolean).join(" ");
  return {
    action: "change",
    summary: parts.summary?.trim() || words,
    severity: status === "failed" ? "error" : "info",
    source,
    dedupKey:
      changeKey === undefined
        ? deriveChangeKey(ci, { source, service: service ?? null, environment: environment ?? null })
        : requireDedupKey(changeKey),
    ...(service !== undefined && { service }),
    ...(routingKey !== undefined && { routingKey }),
    details: { ...(ci !== null && { ci }), ...detail },
    links,
    change: {
      status,
      ...(environment !== undefined && { environment }),
      ...(version !== undefined && { version }),
    },
  };
}
