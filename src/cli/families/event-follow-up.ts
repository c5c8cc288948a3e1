import { ciMetadata } from "../../events/ci.ts";
import { requireDedupKey } from "../../events/dedup-key.ts";
import { target } from "../../events/defaults.ts";
import { type FollowUpParts, followUpEvent } from "../../events/new-event.ts";
import { keyOfSummary, readOrigin } from "../../events/origin.ts";
import { forProfile, quoteWord } from "../../model/command-line.ts";
import { defined } from "../../model/object.ts";
import { readIds } from "../arguments/ids.ts";
import { defineCommand } from "../command.ts";
import { flag, ids, text, words } from "../options.ts";
import { deliver, deliveryOptions, loadOutcomeShape } from "./event-delivery.ts";

/** How `events ack` and `events resolve` differ. */
interface FollowUp {
  name: string;
  aliases?: readonly string[];
  summary: string;
  action: FollowUpParts["action"];
}

/** A command on problems that were triggered before, by their dedup keys. */
export function defineFollowUp({ name, aliases, summary, action }: FollowUp) {
  return defineCommand({
    name,
    ...(aliases !== undefined && { aliases }),
    summary,
    arguments: {
      keys: words("dedup-key", "keys, or - to read them from standard input (lines, or JSON of `events trigger`)", {
        completes: ids("keys"),
      }),
    },
    options: {
      note: text("text", "comment to leave with it, where the vendor has comments"),
      summary: text("text", "title to send along, that of the trigger; Flashduty may show it instead of the key"),
      exitStatus: flag("exit 9 when nothing was open under the key"),
      ...deliveryOptions,
    },
    dashWords: true,
    needs: "events",
    writes: true,
    output: loadOutcomeShape,
    examples: [
      `onduty events ${name} web-01/disk`,
      `onduty events trigger "Disk full" --json | onduty events ${name} -`,
    ],
    exitCodes: {
      ok: "delivered",
      failure: "refused, or its service is unknown",
      usage: "usage",
      auth: "key",
      partial: "some and some not, or not known (--exit-status)",
      pending: "safe on disk but not delivered yet",
      no: "nothing was open (--exit-status)",
    },
    check(_, { keys }) {
      for (const key of keys) requireDedupKey(key);
    },
    async run(invocation) {
      const { ctx, args, options, vendor, printer } = invocation;
      const keys = await readIds(ctx.streams.in, args.keys, {
        key: "dedupKey",
        profile: vendor.connection.profile.name,
      });
      const ci = await ciMetadata(ctx.env);
      const common = {
        action,
        ...target(options, vendor.connection.profile),
        ...defined({ note: options.note, summary: options.summary?.trim() || undefined }),
      };
      const events = keys.map((dedupKey) => followUpEvent(ci, { ...common, dedupKey }));
      const one = args.keys.length === 1 && keys.length === 1;
      let ignored = 0;
      const end = await deliver(invocation, events, {
        one,
        noticeFor: ({ result }) => {
          if (result === "ignored") ignored += 1;
          return undefined;
        },
      });
      if (ignored === keys.length) {
        const meant = keyOfSummary(await readOrigin(ctx.env), args.keys.join(" "));
        if (meant !== undefined) {
          const command = forProfile(`onduty events ${name} ${quoteWord(meant)}`, vendor.connection.profile);
          await printer.notice(`hint: the alert with this summary: ${command}`);
        }
      }
      return end;
    },
  });
}
