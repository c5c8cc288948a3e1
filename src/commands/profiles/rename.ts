import type { Command } from "commander";
import { checkProfileName, unknownProfile } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";

export function addProfilesRename(parent: Command, ctx: Context): void {
  parent
    .command("rename")
    .alias("mv")
    .description("Give a profile another name")
    .argument("<name>", "profile")
    .argument("<new-name>", "its new name")
    .addHelpText("after", "\nExamples:\n  onduty profiles rename prod eu.prod\n\nExit codes: 0 done, 2 usage\n")
    .action((name: string, newName: string, _, self: Command) =>
      renameProfile(ctx, name, newName, self.optsWithGlobals<GlobalOptions>()),
    );
}

async function renameProfile(ctx: Context, name: string, newName: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  checkProfileName(newName);
  const before = await ctx.config.load();
  if (!before.profiles.has(name)) throw unknownProfile(name, before);
  await ctx.config.update((config) => {
    if (!config.profiles.has(name)) throw unknownProfile(name, config);
    if (config.profiles.has(newName))
      throw usageError(`there is a profile "${newName}" already`, `onduty profiles remove ${newName}`);
    // It keeps its place in the list.
    config.profiles = new Map([...config.profiles].map(([key, profile]) => [key === name ? newName : key, profile]));
    if (config.current === name) config.current = newName;
  });
  await printer.notice(`"${name}" is "${newName}" now`);
}
