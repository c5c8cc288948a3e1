import { defineCommand } from "../../../cli/command.ts";
import { checkWords, lacksOverrides, requireOverrides } from "../../../cli/families/overrides.ts";
import { ids, optionalWord } from "../../../cli/options.ts";
import { readSchedules } from "../../../directory/all-shifts.ts";
import { ExitCode } from "../../../errors.ts";
import { list as rowsResult } from "../../../output/result.ts";
import { overrideShape } from "../../../overrides/shape.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List overrides that have not ended",
  arguments: {
    schedule: optionalWord("schedule", "id or name; without it, of all schedules", { completes: ids("schedules") }),
  },
  needs: "directory",
  lacks: lacksOverrides,
  output: overrideShape,
  examples: ["onduty schedules override list", "onduty schedules override list primary --json"],
  exitCodes: {
    ok: "listed",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "no such schedule",
    partial: "some schedules could not be read",
  },
  check: (_, { schedule }) => checkWords({ schedule }),
  async run({ args: { schedule }, printer, vendor }) {
    const { provider, connection } = await requireOverrides(vendor, schedule);
    const reading = readSchedules(vendor, schedule === undefined ? [] : [schedule], (one) =>
      provider.overrides.list(connection, one),
    );
    const { rows, failure, unknown } = await printer.progress("asking for the overrides", reading);
    const { empty: _, ...silent } = overrideShape;
    return rowsResult(rows, {
      // Not known is no "none".
      shape: failure === undefined && unknown.length === 0 ? overrideShape : silent,
      warnings: unknown.map((line) => `warning: ${line}`),
      failure,
      exitCode: unknown.length > 0 ? ExitCode.partial : undefined,
    });
  },
});
