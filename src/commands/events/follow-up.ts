import type { Command } from "commander";
import { readIds } from "../../cli/arguments/ids.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Context } from "../../context.ts";
import { defaultSource, target } from "../../events/defaults.ts";
import type { DeliveryOptions } from "../../events/delivery-options.ts";
import type { Event } from "../../model/event.ts";
import { addDeliveryOptions } from "./options.ts";

export interface FollowUpOptions extends DeliveryOptions {
  service?: string;
  routingKey?: string;
  note?: string;
}

/** An event about a problem that was triggered before. */
export interface FollowUp {
  name: string;
  alias?: string;
  action: "acknowledge" | "resolve";
  description: string;
}

/** Declares `events ack` and `events resolve`, which differ only in their action. */
export function addFollowUp(parent: Command, ctx: Context, followUp: FollowUp): void {
  const { name, alias, action, description } = followUp;
  const command = parent
    .command(name)
    .description(description)
    .argument("<dedup-key...>", "keys, or - to read them from standard input (lines, or JSON of `events trigger`)")
    .option("--note <text>", "comment to leave with it, where the vendor has comments")
    .option("--exit-status", "exit 9 when nothing was open under the key");
  if (alias !== undefined) command.alias(alias);
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  onduty events ${name} web-01/disk
  onduty events trigger "Disk full" --json | onduty events ${name} -

Exit codes: 0 delivered, 1 refused, 2 usage, 4 key, 7 some and some not, 8 safe on disk but not delivered yet,
9 nothing was open (--exit-status)
`,
    )
    .action((keys: string[], _, self: Command) =>
      followUpEvents(ctx, action, keys, self.optsWithGlobals<FollowUpOptions>()),
    );
  declareTraits(command, { writes: true, prints: async () => (await import("../../events/outcome.ts")).outcomeShape });
}

async function followUpEvents(
  ctx: Context,
  action: FollowUp["action"],
  words: string[],
  options: FollowUpOptions,
): Promise<void> {
  const [{ ciMetadata }, { requireDedupKey }] = await Promise.all([
    import("../../events/ci.ts"),
    import("../../events/dedup-key.ts"),
  ]);
  const keys = await readIds(
    ctx.streams.in,
    words.map((word) => (word === "-" ? word : requireDedupKey(word))),
    "dedupKey",
  );
  const connected = await ctx.connect(options);
  const source = defaultSource(await ciMetadata(ctx.env));
  const events = keys.map((dedupKey): Event => {
    // Vendors want a summary of every event, and show the one the problem was triggered with.
    const summary = dedupKey;
    return {
      action,
      summary,
      severity: "info",
      source,
      dedupKey,
      ...target(options, connected.connection.profile),
      details: {},
      links: [],
      ...(options.note !== undefined && { note: options.note }),
    };
  });
  const { deliverEvents } = await import("../../events/deliver.ts");
  await deliverEvents(ctx, connected, events, options, { one: words.length === 1 && keys.length === 1 });
}
