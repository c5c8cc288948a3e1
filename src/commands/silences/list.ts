import { defineCommand } from "../../cli/command.ts";
import { ids, texts } from "../../cli/options.ts";
import { findService } from "../../directory/resolve.ts";
import { list as listResult, partly } from "../../output/result.ts";
import { silenceShape } from "../../silences/shape.ts";

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "List silences that hold now or later",
  options: { service: texts("id|name", "only of this service; may be repeated", { completes: ids("services") }) },
  needs: "silences",
  profiles: "several",
  output: silenceShape,
  examples: ["onduty silences list", "onduty silences list --service checkout --json"],
  exitCodes: {
    ok: "listed",
    usage: "usage, or the vendor has no silences",
    network: "no response",
    auth: "key",
    partial: "not complete",
  },
  async run({ options, printer, vendor }) {
    const services: string[] = [];
    for (const word of options.service ?? []) services.push((await findService(vendor, word)).id);
    const reading = vendor.provider.silences.list(vendor.connection, services);
    const { rows, unknown } = await printer.progress("listing silences", reading);
    return listResult(rows, partly(unknown));
  },
});
