import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { checkProfileName, unknownProfile } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { type CliError, usageError } from "../../errors.ts";

export function addProfilesRename(parent: Command, ctx: Context): void {
  const command = parent
    .command("rename")
    .alias("mv")
    .description("Give a profile another name")
    .argument("<name>", "profile")
    .argument("<new-name>", "its new name")
    .addHelpText("after", "\nExamples:\n  onduty profiles rename prod eu.prod\n\nExit codes: 0 done, 2 usage\n")
    .action((name: string, newName: string, _, self: Command) =>
      renameProfile(ctx, name, newName, self.optsWithGlobals<GlobalOptions>()),
    );
  declareTraits(command, { writes: true });
}

async function renameProfile(ctx: Context, name: string, newName: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  checkProfileName(newName);
  const before = await ctx.config.load();
  if (!before.profiles.has(name)) throw unknownProfile(name, before);
  if (before.profiles.has(newName)) throw taken(newName);
  if (options.dryRun === true) return printer.notice(`would rename "${name}" to "${newName}"`);
  await ctx.config.update((config) => {
    if (!config.profiles.has(name)) throw unknownProfile(name, config);
    if (config.profiles.has(newName)) throw taken(newName);
    // It keeps its place in the list.
    config.profiles = new Map([...config.profiles].map(([key, profile]) => [key === name ? newName : key, profile]));
    if (config.current === name) config.current = newName;
  });
  await printer.notice(`"${name}" is "${newName}" now`);
  await (await import("../../events/spooled.ts")).reportStranded(ctx, printer, name);
}

function taken(name: string): CliError {
  return usageError(`there is a profile "${name}" already`, `onduty profiles remove ${name}`);
}
