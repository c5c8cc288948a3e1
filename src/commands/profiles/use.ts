import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { unknownProfile } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";

export function addProfilesUse(parent: Command, ctx: Context): void {
  const command = parent
    .command("use")
    .description("Make a profile the current one")
    .argument("<name>", "profile")
    .addHelpText("after", "\nExamples:\n  onduty profiles use prod\n\nExit codes: 0 done, 2 usage\n")
    .action((name: string, _, self: Command) => useProfile(ctx, name, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { writes: true });
}

async function useProfile(ctx: Context, name: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  const before = await ctx.config.load();
  if (!before.profiles.has(name)) throw unknownProfile(name, before);
  if (options.dryRun === true) return printer.notice(`would make "${name}" the current profile`);
  await ctx.config.update((config) => {
    if (!config.profiles.has(name)) throw unknownProfile(name, config);
    config.current = name;
  });
  await printer.notice(`"${name}" is the current profile`);
  const ruling = ctx.env.ONDUTY_PROFILE ? "ONDUTY_PROFILE" : ctx.env.ONDUTY_PROVIDER ? "ONDUTY_PROVIDER" : undefined;
  if (ruling !== undefined) await printer.warn(`warning: ${ruling} is set, and rules over the current profile`);
}
