import { defineCommand } from "../../cli/command.ts";
import { endOfList, limitOf, limitOptions } from "../../cli/families/listing.ts";
import { flag, ids, word } from "../../cli/options.ts";
import { alertEventShape, alertShape, eventsOf } from "../../incidents/alerts.ts";
import { lacksRoute } from "../../incidents/lacking.ts";
import { pages } from "../../output/result.ts";

const defaultLimit = 100;

export const alerts = defineCommand({
  name: "alerts",
  summary: "List the alerts of an incident, where the vendor has them",
  arguments: { id: word("id", "id of the incident", { completes: ids("incidents") }) },
  options: {
    events: flag("list the events of the alerts instead, a row each; JSON of the alerts has them as well"),
    ...limitOptions("rows", defaultLimit),
  },
  needs: "incidents",
  output: alertShape,
  outputWith: { events: alertEventShape },
  examples: ["onduty incidents alerts inc_1", "onduty incidents alerts inc_1 --events --output csv"],
  exitCodes: {
    ok: "listed",
    usage: "usage, or the vendor has no alerts",
    network: "no response",
    auth: "key",
    notFound: "not found",
    partial: "not complete, and empty or asked for with --all",
  },
  check(options) {
    limitOf(options, defaultLimit);
  },
  async run({ args, options, vendor }) {
    const id = args.id.trim();
    const { alerts: list } = vendor.provider.incidents;
    if (list === undefined) throw lacksRoute(vendor, "alerts of incidents", id);
    const found = list(vendor.connection, id);
    const how = {
      limit: limitOf(options, defaultLimit),
      progress: `reading the alerts of ${id}`,
      end: endOfList(options),
    };
    return options.events === true ? pages(eventsOf(found), how) : pages(found, how);
  },
});
