import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { unknownProfile } from "../../config/settings.ts";
import { keyField } from "../../config/store.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { looksLikeKey } from "../../keys/read.ts";
import { refusedKey } from "../../keys/refused-options.ts";
import type { KeyKind, KeySource } from "../../model/key.ts";
import {
  addKeySourceOptions,
  describeSource,
  type KeySourceOptions,
  kindOption,
  readKeySource,
  suspicion,
} from "../../profiles/key-input.ts";
import { intoKeyring, removeFromKeyring } from "../../profiles/keyring-entries.ts";
import { vendorNamed } from "../../providers/index.ts";

interface SetOptions extends KeySourceOptions {
  kind: KeyKind;
}

export function addKeysSet(parent: Command, ctx: Context): void {
  const command = parent
    .command("set")
    .description("Store a key of a profile; at a terminal it is asked for and not shown")
    .argument("<name>", "profile")
    .allowExcessArguments()
    .addOption(kindOption("what the key is for").default("api"));
  addKeySourceOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  onduty keys set prod
  onduty keys set prod --stdin < key.txt
  onduty keys set prod --key-command "pass show opsknight"
  onduty keys set prod --kind integration --key-env PROD_INTEGRATION_KEY
  onduty keys set prod --keyring --stdin < key.txt

With --keyring, where no keyring answers within 3 s, the key is stored in the config file, and that is said.

Exit codes: 0 stored, 2 usage, 7 stored, but the keyring still has the one before
`,
    )
    .action((name: string, _, self: Command) => setKey(ctx, name, self));
  declareTraits(command, { writes: true });
}

async function setKey(ctx: Context, name: string, self: Command): Promise<void> {
  const options = self.optsWithGlobals<SetOptions>();
  // A second word can only be meant as the key.
  if (looksLikeKey(name, ctx.vendors) || self.args.length > 1) throw refusedKey("keys set");
  const printer = ctx.printer(options);
  const config = await ctx.config.load();
  const profile = config.profiles.get(name);
  if (profile === undefined) throw unknownProfile(name, config);
  const { kind } = options;
  const hint = `onduty keys set ${name}${kind === "api" ? "" : ` --kind ${kind}`}${options.keyring === true ? " --keyring" : ""} --stdin < FILE`;
  const given = await readKeySource(ctx, options, { name, kind, hint });
  if (given === undefined) throw usageError("the key is empty", hint);
  if (options.dryRun === true) return printer.notice(`would store the ${kind} key of "${name}"`);
  const source = options.keyring === true ? await intoKeyring(ctx, printer, given, { name, kind }) : given;
  let before: KeySource | undefined;
  try {
    await ctx.config.update((latest) => {
      const current = latest.profiles.get(name);
      if (current === undefined) throw unknownProfile(name, latest);
      before = current[keyField[kind]];
      latest.profiles.set(name, { ...current, [keyField[kind]]: source });
    });
  } catch (error) {
    await removeFromKeyring(ctx, printer, [source]);
    throw error;
  }
  await removeFromKeyring(ctx, printer, [before]);
  const warning = suspicion(vendorNamed(profile.provider, ctx.vendors), kind, given, ctx.vendors);
  if (warning !== null) await printer.warn(warning);
  const { key } = describeSource(given, ctx.vendors);
  const { source: place } = describeSource(source, ctx.vendors);
  await printer.notice(`stored the ${options.kind} key of "${name}"${key === null ? "" : ` ${key}`} (${place})`);
}
