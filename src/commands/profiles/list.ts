import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { environmentProfile, resolveSettings } from "../../config/settings.ts";
import { keyField, type Profile } from "../../config/store.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { redact } from "../../keys/mask.ts";
import { keyKinds } from "../../model/key.ts";
import type { Shape } from "../../output/shape.ts";

interface ProfileRow {
  name: string;
  current: boolean;
  provider: string;
  baseUrl: string | null;
  /** Kinds of key it has. */
  keys: string[];
  service: string | null;
}

const shape: Shape<ProfileRow> = {
  columns: [
    { header: "NAME", value: (row) => `${row.name}${row.current ? " *" : ""}`, pipe: (row) => row.name },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "BASE URL", value: (row) => row.baseUrl, cut: 1 },
    { header: "KEYS", value: (row) => row.keys.join(", ") || null },
    { header: "SERVICE", value: (row) => row.service, cut: 2 },
  ],
  fields: ["name", "current", "provider", "baseUrl", "keys", "service"],
  id: (row) => row.name,
  empty: "There is no profile yet: onduty profiles add NAME --provider opsknight --base-url URL",
};

export function addProfilesList(parent: Command, ctx: Context): void {
  const command = parent
    .command("list")
    .alias("ls")
    .description("List profiles; the current one has a star")
    .addHelpText(
      "after",
      "\nExamples:\n  onduty profiles list\n  onduty profiles list --json\n\nExit codes: 0 listed, 2 usage\n",
    )
    .action((_, self: Command) => listProfiles(ctx, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: shape });
}

async function listProfiles(ctx: Context, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const { profiles, current } = await ctx.config.load();
  const fromEnvironment = ctx.env.ONDUTY_PROVIDER;
  const used = options.profile ?? (ctx.env.ONDUTY_PROFILE || (fromEnvironment ? environmentProfile : current));
  const rows = [...profiles].map(([name, profile]) => toRow(name, profile, name === used));
  if (fromEnvironment) {
    rows.unshift(environmentRow(ctx, fromEnvironment, used === environmentProfile));
  }
  await printer.list([rows], shape);
}

/** A list is no place to fail for variables that do not fit together; the commands that use them will. */
function environmentRow({ env, vendors }: Context, provider: string, current: boolean): ProfileRow {
  const row: ProfileRow = {
    name: environmentProfile,
    current,
    // It may be anything, a key in the wrong variable as well.
    provider: redact(provider, [], vendors),
    baseUrl: null,
    keys: [],
    service: null,
  };
  try {
    const nothing = { profiles: new Map() };
    const settled = resolveSettings({ named: environmentProfile, env, config: nothing, vendors });
    const { baseUrl, service } = settled.values;
    const keys = [...settled.keys.keys()];
    return { ...row, provider: settled.vendor.name, baseUrl: baseUrl.value, keys, service: service?.value ?? null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return row;
  }
}

function toRow(name: string, profile: Profile, current: boolean): ProfileRow {
  const keys = keyKinds.filter((kind) => profile[keyField[kind]] !== undefined);
  return {
    name,
    current,
    provider: profile.provider,
    baseUrl: profile.baseUrl,
    keys,
    service: profile.service ?? null,
  };
}
