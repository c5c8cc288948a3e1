import { readQuery } from "../../cli/arguments/list-options.ts";
import { readPastSpan } from "../../cli/arguments/past-span.ts";
import { defineCommand } from "../../cli/command.ts";
import { endOfList, limitOf, limitOptions } from "../../cli/families/listing.ts";
import { ids, text, texts, value } from "../../cli/options.ts";
import { findService } from "../../directory/resolve.ts";
import type { Reference } from "../../model/incident.ts";
import { defined } from "../../model/object.ts";
import { pages } from "../../output/result.ts";
import { compareChanges, recordedChangeShape } from "../../reports/changes.ts";

const defaultLimit = 50;
const dayMs = 86_400_000;

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List deploys and other changes, newest first",
  options: {
    since: text("time", "begun, ended or reported at or after", { defaultWord: "24h" }),
    until: text("time", "and before", { defaultWord: "now" }),
    service: texts("id|name", "only of this service; may be repeated", { completes: ids("services") }),
    query: value("text", "only with this text in title, description, key or labels", readQuery),
    ...limitOptions("changes", defaultLimit),
  },
  needs: "changes",
  profiles: "several",
  output: recordedChangeShape,
  examples: ["onduty changes list", "onduty changes list --since 3d --service checkout --json"],
  exitCodes: {
    ok: "listed",
    usage: "usage, or the vendor lists no changes",
    network: "no response",
    auth: "key",
    rateLimited: "rate limited",
    partial: "not complete, and empty or asked for with --all",
  },
  check(options, _, ctx) {
    limitOf(options, defaultLimit);
    readPastSpan(options, ctx.now(), dayMs);
  },
  async run({ ctx, options, vendor }) {
    const services: Reference[] = [];
    for (const word of options.service ?? []) services.push(await findService(vendor, word));
    const { since, until } = readPastSpan(options, ctx.now(), dayMs);
    const filter = { since, until, services, ...defined({ query: options.query }) };
    return pages(vendor.provider.changes(vendor.connection, filter), {
      limit: limitOf(options, defaultLimit),
      progress: "listing changes",
      order: compareChanges,
      end: endOfList(options),
    });
  },
});
