import { defineCommand } from "../../cli/command.ts";
import { filterOptions, readFilter } from "../../cli/families/incident-filter.ts";
import { endOfList, limitOf, limitOptions } from "../../cli/families/listing.ts";
import { choiceOr, flag } from "../../cli/options.ts";
import { ExitCode } from "../../errors.ts";
import { toFilter } from "../../incidents/filter.ts";
import { listMatching } from "../../incidents/list.ts";
import { incidentShape } from "../../incidents/shape.ts";
import { incidentSorts } from "../../model/incident.ts";
import { pages } from "../../output/result.ts";
import { comparison } from "../../providers/filter.ts";

/** Default maximum of incidents in a list. */
const defaultLimit = 50;

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List incidents, newest first; without --status those not resolved",
  options: {
    ...filterOptions,
    sort: choiceOr("field", "order by", incidentSorts, "created"),
    order: choiceOr("order", "direction of the order", ["asc", "desc"], "desc"),
    ...limitOptions("incidents", defaultLimit),
    exitStatus: flag("exit 9 when something matches, 0 when nothing does"),
  },
  needs: "incidents",
  profiles: "several",
  output: incidentShape,
  examples: [
    "onduty incidents list",
    "onduty incidents list --status open,ack --urgency high",
    "onduty incidents list --service checkout --since 2h --json",
    "onduty incidents list --status all --all --output ndjson",
  ],
  exitCodes: {
    ok: "listed",
    usage: "usage",
    network: "no response",
    auth: "key",
    rateLimited: "rate limited",
    partial: "not complete, and empty or asked for with --all",
    no: "--exit-status and something matches",
  },
  check(options, _, ctx) {
    limitOf(options, defaultLimit);
    readFilter(options, ctx);
  },
  async run({ ctx, options, printer, vendor }) {
    const { name, isNamed } = vendor.connection.profile;
    const others = printer.isTTY && isNamed !== true && (await ctx.config.peek()).profiles.size > 1;
    const limit = limitOf(options, defaultLimit);
    const filter = await toFilter(vendor, readFilter(options, ctx));
    const { sort, order, all } = options;
    // One row more than is shown reveals whether the list ends here.
    const found = listMatching(vendor, { ...filter, sort, order, limit: limit + 1 });
    return pages(found, {
      limit,
      progress: "listing incidents",
      order: comparison({ sort, order }),
      beyond: all === true ? "" : "; what matches may lie beyond",
      end(listed) {
        if (options.exitStatus === true && listed.count > 0) return { exitCode: ExitCode.no };
        // If the list is incomplete, no match is not proof that nothing matches.
        const end = endOfList(options)(listed);
        // Something may be open where nobody looked.
        if (!others || listed.count > 0 || end.exitCode !== undefined) return end;
        return { ...end, notices: [`only ${name} was asked; --all-profiles asks all`] };
      },
    });
  },
});
