import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { resolveSettings } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { maskKey, redact } from "../../keys/mask.ts";
import type { Shape } from "../../output/shape.ts";
import { describeSource } from "../../profiles/key-input.ts";

interface Setting {
  setting: string;
  value: string | null;
  /** `profile`, `default`, an option, or the name of an environment variable. */
  from: string;
}

const shape: Shape<Setting> = {
  columns: [
    { header: "SETTING", value: (row) => row.setting },
    { header: "VALUE", value: (row) => row.value, cut: 1 },
    { header: "FROM", value: (row) => row.from },
  ],
  fields: ["setting", "value", "from"],
};

export function addProfilesShow(parent: Command, ctx: Context): void {
  const command = parent
    .command("show")
    .description("Show each value of a profile and where it comes from; keys are masked")
    .argument("[name]", "profile; without it, the one that is used now")
    .addHelpText(
      "after",
      "\nExamples:\n  onduty profiles show\n  onduty profiles show prod --json\n\nExit codes: 0 shown, 2 usage\n",
    )
    .action((name: string | undefined, _, self: Command) =>
      showProfile(ctx, name, self.optsWithGlobals<GlobalOptions>()),
    );
  declareTraits(command, { prints: shape });
}

async function showProfile(ctx: Context, name: string | undefined, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const named = name ?? options.profile;
  const config = await ctx.config.load();
  const { env, vendors } = ctx;
  const settled = resolveSettings({ ...(named !== undefined && { named }), env, config, vendors });
  const rows: Setting[] = [
    { setting: "profile", value: settled.name, from: name === undefined ? settled.chosenBy : "argument" },
    {
      setting: "provider",
      value: settled.vendor.name,
      from: config.profiles.has(settled.name) ? "profile" : "ONDUTY_PROVIDER",
    },
  ];
  for (const [setting, sourced] of Object.entries(settled.values)) {
    // The address of a proxy may hold a password.
    rows.push({ setting, value: redact(String(sourced.value), [], vendors), from: sourced.from });
  }
  for (const [kind, { source, from }] of settled.keys) {
    const { key, source: place } = describeSource(source, vendors);
    const shown = key ?? ("env" in source && ctx.env[source.env] ? maskKey(ctx.env[source.env] ?? "", vendors) : null);
    rows.push({ setting: `${kind} key`, value: shown, from: from === "profile" ? `profile, ${place}` : from });
  }
  await printer.list([rows], shape);
}
