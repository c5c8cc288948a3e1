import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { unknownProfile } from "../../config/settings.ts";
import { keyField } from "../../config/store.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { Declined } from "../../errors.ts";
import { type KeySource, keyKinds } from "../../model/key.ts";
import { removeFromKeyring } from "../../profiles/keyring-entries.ts";

export function addProfilesRemove(parent: Command, ctx: Context): void {
  const command = parent
    .command("remove")
    .alias("rm")
    .description("Remove a profile with its keys; asks first")
    .argument("<name>", "profile")
    .addHelpText(
      "after",
      "\nExamples:\n  onduty profiles remove old\n  onduty profiles remove old --yes\n\nExit codes: 0 removed, 2 usage or not confirmed, 7 the keyring still has a key of it\n",
    )
    .action((name: string, _, self: Command) => removeProfile(ctx, name, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { writes: true });
}

async function removeProfile(ctx: Context, name: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  const before = await ctx.config.load();
  if (!before.profiles.has(name)) throw unknownProfile(name, before);
  if (options.dryRun === true) return printer.notice(`would remove profile "${name}" and its keys`);
  const sure = await ctx.confirm(
    `Remove profile "${name}" and its keys?`,
    options,
    `onduty profiles remove ${name} --yes`,
  );
  if (!sure) throw new Declined();
  let remark = "";
  let keys: (KeySource | undefined)[] = [];
  await ctx.config.update((config) => {
    const profile = config.profiles.get(name);
    keys = keyKinds.map((kind) => profile?.[keyField[kind]]);
    config.profiles.delete(name);
    if (config.current !== name) return;
    delete config.current;
    const [next, ...more] = config.profiles.keys();
    const use = `onduty profiles use ${more.length === 0 ? next : "NAME"}`;
    remark = next === undefined ? "; there is none left" : `; no profile is the current one now: ${use}`;
  });
  await removeFromKeyring(ctx, printer, keys);
  await printer.notice(`removed profile "${name}"${remark}`);
  await (await import("../../events/spooled.ts")).reportStranded(ctx, printer, name);
}
