import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { environmentProfile, resolveSettings } from "../../config/settings.ts";
import { keyField } from "../../config/store.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { maskKey } from "../../keys/mask.ts";
import { keyKinds } from "../../model/key.ts";
import type { Shape } from "../../output/shape.ts";
import { describeSource } from "../../profiles/key-input.ts";

interface KeyRow {
  profile: string;
  provider: string;
  kind: string;
  /** Masked; null when only its source knows it. */
  key: string | null;
  source: string;
}

const shape: Shape<KeyRow> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "KIND", value: (row) => row.kind },
    { header: "KEY", value: (row) => row.key },
    { header: "SOURCE", value: (row) => row.source, cut: 1 },
  ],
  fields: ["profile", "provider", "kind", "key", "source"],
  id: (row) => row.profile,
  empty: "There are no keys yet: onduty profiles add NAME --provider opsknight --base-url URL",
};

export function addKeysList(parent: Command, ctx: Context): void {
  const command = parent
    .command("list")
    .alias("ls")
    .description("List the keys of all profiles, masked, and where each one lives")
    .addHelpText(
      "after",
      "\nExamples:\n  onduty keys list\n  onduty keys list --json\n\nExit codes: 0 listed, 2 usage\n",
    )
    .action((_, self: Command) => listKeys(ctx, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: shape });
}

async function listKeys(ctx: Context, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const config = await ctx.config.load();
  const rows: KeyRow[] = [];
  if (ctx.env.ONDUTY_PROVIDER) {
    const settled = resolveSettings({
      named: environmentProfile,
      env: ctx.env,
      config: { profiles: new Map() },
      vendors: ctx.vendors,
    });
    for (const [kind, { from }] of settled.keys) {
      const key = maskKey(ctx.env[from] ?? "", ctx.vendors);
      rows.push({
        profile: environmentProfile,
        provider: settled.vendor.name,
        kind,
        key,
        source: `environment: ${from}`,
      });
    }
  }
  for (const [name, profile] of config.profiles) {
    for (const kind of keyKinds) {
      const source = profile[keyField[kind]];
      if (source !== undefined)
        rows.push({ profile: name, provider: profile.provider, kind, ...describeSource(source, ctx.vendors) });
    }
  }
  await printer.list([rows], shape);
}
