import { defineCommand } from "../cli/command.ts";
import { flag } from "../cli/options.ts";
import { allColumns, explain, findingShape, toRow } from "../doctor/finding.ts";
import { placeShape, places } from "../doctor/places.ts";
import { ExitCode } from "../errors.ts";
import { list, silent, text } from "../output/result.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Diagnose this machine, profiles, servers and keys",
  asks: true,
  // For one step on the network: a person is waiting.
  defaults: { timeout: 5000 },
  options: { paths: flag("print only what onduty keeps on this machine, and where") },
  output: findingShape,
  outputWith: { paths: placeShape },
  notes: `
Looks at version and runtime, folders and their modes, the spool, completions, and of each profile (or the one that is
named) at its keys, proxy, DNS, certificate, latency, clock and the vendor's check of its keys. Nothing is written to
a vendor. The report holds no key and may be pasted into a ticket; in a pipe or a file nothing in it is cut.`,
  examples: [
    "onduty doctor",
    "onduty doctor > report.txt",
    "onduty doctor --profile prod",
    "onduty doctor --paths",
    "onduty doctor --json --jq '.[] | select(.status != \"ok\")'",
  ],
  exitCodes: {
    ok: "no problem",
    failure: "a problem was found",
    usage: "usage",
    network: "a key could not be checked",
  },
  async run({ ctx, options, printer, print }) {
    if (options.paths === true) return list(places(ctx), { shape: placeShape });
    const { examine } = await import("../doctor/examine.ts");
    const findings = await printer.progress("looking", examine(ctx, options));
    const isProblem = findings.some(({ status }) => status === "problem");
    const isUnsure = findings.some(({ unsure }) => unsure === true);
    const end = { exitCode: isProblem ? ExitCode.failure : isUnsure ? ExitCode.network : undefined };
    if (printer.format !== "table" || !printer.isTTY)
      return list(findings, { shape: { ...findingShape, columns: allColumns }, ...end });
    await print(list(findings.map(toRow)));
    const lines = explain(findings);
    return lines.length === 0 ? silent(end) : text(lines.join("\n"), end);
  },
});
