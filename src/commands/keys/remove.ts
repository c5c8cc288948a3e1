import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { unknownProfile } from "../../config/settings.ts";
import { keyField } from "../../config/store.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { Declined, usageError } from "../../errors.ts";
import type { KeyKind, KeySource } from "../../model/key.ts";
import { kindOption } from "../../profiles/key-input.ts";
import { removeFromKeyring } from "../../profiles/keyring-entries.ts";

interface RemoveOptions extends GlobalOptions {
  kind: KeyKind;
}

export function addKeysRemove(parent: Command, ctx: Context): void {
  const command = parent
    .command("remove")
    .alias("rm")
    .description("Remove a key of a profile; asks first")
    .argument("<name>", "profile")
    .addOption(kindOption("which key").default("api"))
    .addHelpText(
      "after",
      `
Examples:
  onduty keys remove prod
  onduty keys remove prod --kind integration --yes

Exit codes: 0 removed, 2 usage or not confirmed, 7 the keyring still has it
`,
    )
    .action((name: string, _, self: Command) => removeKey(ctx, name, self.optsWithGlobals<RemoveOptions>()));
  declareTraits(command, { writes: true });
}

async function removeKey(ctx: Context, name: string, options: RemoveOptions): Promise<void> {
  const printer = ctx.printer(options);
  const config = await ctx.config.load();
  const profile = config.profiles.get(name);
  if (profile === undefined) throw unknownProfile(name, config);
  const field = keyField[options.kind];
  if (profile[field] === undefined)
    throw usageError(`profile "${name}" has no ${options.kind} key`, "onduty keys list");
  if (options.dryRun === true) return printer.notice(`would remove the ${options.kind} key of "${name}"`);
  const sure = await ctx.confirm(
    `Remove the ${options.kind} key of "${name}"?`,
    options,
    `onduty keys remove ${name} --kind ${options.kind} --yes`,
  );
  if (!sure) throw new Declined();
  let removed: KeySource | undefined;
  await ctx.config.update((latest) => {
    // Another process may have removed the profile while this one asked.
    const current = latest.profiles.get(name);
    if (current === undefined) throw unknownProfile(name, latest);
    const { [field]: source, ...rest } = current;
    removed = source;
    latest.profiles.set(name, rest);
  });
  await removeFromKeyring(ctx, printer, [removed]);
  await printer.notice(`removed the ${options.kind} key of "${name}"`);
}
