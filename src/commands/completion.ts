import { defineCommand } from "../cli/command.ts";
import { install } from "../cli/completion/install.ts";
import { shells } from "../cli/completion/shells.ts";
import { word } from "../cli/options.ts";
import { usageError } from "../errors.ts";

const names = Object.keys(shells);

export const completion = defineCommand({
  name: "completion",
  summary: "Print the script that completes command lines in a shell",
  arguments: { shell: word("shell", names.join(", "), { choices: names, parse: readShell }) },
  notes: `
The script completes commands, options and their values by itself. For profiles, ids and names it runs onduty: those of the
vendor come from a copy that is at most a minute old, with a wait of at most 0.3 s.

The first example is for a bash with bash-completion, the second for one without.`,
  examples: Object.values(install),
  exitCodes: { ok: "printed", usage: "usage" },
  async run({ ctx, args, program }) {
    const [generate, { toSpecs }, { topics }] = await Promise.all([
      shells[args.shell]?.load(),
      import("../cli/completion/specs.ts"),
      import("../cli/help/topics.ts"),
    ]);
    if (generate !== undefined)
      await ctx.streams.out.write(generate(toSpecs(await program.tree(), topics, ctx.vendors)));
  },
});

function readShell(given: string): string {
  // As `basename $SHELL` may have it.
  const name = given === "pwsh" ? "powershell" : given;
  if (Object.hasOwn(shells, name)) return name;
  throw usageError(`no completion for the shell "${given}"; known: ${names.join(", ")}`, "onduty completion bash");
}
