import { Argument, type Command } from "commander";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { topics } from "../help/topics.ts";
import { install } from "./install.ts";
import { readTree, type Tree } from "./tree.ts";

/** A generator of each shell, loaded when it is wanted, and the file that its script is kept in. */
export const shells: Record<string, { file: string; load(): Promise<(tree: Tree) => string> }> = {
  bash: { file: "onduty.bash", load: async () => (await import("./bash.ts")).bashCompletion },
  zsh: { file: "_onduty", load: async () => (await import("./zsh.ts")).zshCompletion },
  fish: { file: "onduty.fish", load: async () => (await import("./fish.ts")).fishCompletion },
  powershell: { file: "onduty.ps1", load: async () => (await import("./powershell.ts")).powershellCompletion },
};

/** Fills `onduty completion`. The script is made from the tree of commands, which `build` gives. */
export function addCompletion(build: (context: Context) => Promise<Command>): (command: Command, ctx: Context) => void {
  return (command, ctx) => {
    const names = Object.keys(shells);
    command
      .addArgument(new Argument("<shell>", names.join(", ")).choices(names).argParser(readShell))
      .addHelpText("after", help)
      .action(async (name: string) => {
        const generate = await shells[name]?.load();
        if (generate !== undefined)
          await ctx.streams.out.write(generate(readTree(await build(ctx), topics, ctx.vendors)));
      });
  };
}

function readShell(word: string): string {
  // As `basename $SHELL` may have it.
  const name = { pwsh: "powershell" }[word] ?? word;
  if (Object.hasOwn(shells, name)) return name;
  throw usageError(
    `there is no completion for the shell "${word}"; the shells are ${Object.keys(shells).join(", ")}`,
    "onduty completion bash",
  );
}

const help = `
The script completes commands, options and their values by itself. Profiles, ids and names it asks for: those of the
vendor come from a copy that is at most a minute old, and are not waited for longer than a blink.

Examples:
  ${Object.values(install).join("\n  ")}

The first is for a bash with bash-completion, the second for one without.

Exit codes: 0 printed, 2 usage
`;
