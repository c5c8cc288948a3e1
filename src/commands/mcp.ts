import { defineCommand } from "../cli/command.ts";
import { flag, value } from "../cli/options.ts";
import { Interrupted, usageError } from "../errors.ts";
import { silent } from "../output/result.ts";

export const mcp = defineCommand({
  name: "mcp",
  summary: "Serve the commands as tools of the Model Context Protocol, on standard input and output",
  options: {
    allowWrites: flag("offer tools that change something as well; else only those that read"),
    tools: value("names", "only these tools, separated by commas; may be repeated", readNames, { repeatable: true }),
  },
  profiles: "own",
  writes: true,
  ownDryRun: true,
  notes: `
A client starts it, and it ends with its standard input. Tools are named by the words of the command: incidents_list, oncall,
status. --profile, which may be repeated, limits the tools to these profiles. Keys are never in a result.
--timeout, --max-wait and --tz are for calls that do not have their own.
Commands that ask for a secret, start a program or go on without end are never tools. With --dry-run the tools that write only
print what they would send.`,
  examples: [
    "onduty mcp",
    "onduty mcp --profile prod --tools status,incidents_list,incidents_show,oncall",
    "onduty mcp --allow-writes",
  ],
  exitCodes: { ok: "standard input ended", usage: "usage", interrupted: "Ctrl-C", terminated: "SIGTERM" },
  check({ allProfiles, tools }) {
    if (allProfiles === true) throw usageError("without --profile the tools use every profile", "onduty mcp");
    if (tools?.some((name) => name === "") === true) throw usageError("--tools has an empty name", "--tools status");
  },
  async run({ ctx, program, options, printer }) {
    if (ctx.streams.in.isTTY) await printer.notice("waiting for a client of the protocol; Ctrl-D ends it");
    const [{ serve }, { serverDefaults }] = await Promise.all([
      import("../cli/mcp/serve.ts"),
      import("../cli/mcp/line.ts"),
    ]);
    const { allowWrites = false, tools: names, profiles, dryRun = false } = options;
    await serve(ctx, program, { allowWrites, names, profiles, dryRun, defaults: serverDefaults(options) });
    return silent(ctx.signal.aborted ? { exitCode: new Interrupted(ctx.signal).exitCode } : {});
  },
});

function readNames(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((name) => name.trim())];
}
