import { chosenProfile, environmentProfile, resolveSettings, shownBaseUrl } from "../config/settings.ts";
import { keyField, type Profile } from "../config/store.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { redact } from "../keys/mask.ts";
import { keyKinds } from "../model/key.ts";
import type { Shape } from "../output/shape.ts";
import { describeSource, maskedKey } from "./key-source.ts";

/* Profiles and keys as lists print them. */

interface ProfileRow {
  name: string;
  current: boolean;
  provider: string;
  baseUrl: string | null;
  /** Kinds of key it has. */
  keys: string[];
  service: string | null;
}

export const profileShape: Shape<ProfileRow> = {
  columns: [
    { header: "NAME", value: (row) => `${row.name}${row.current ? " *" : ""}`, pipe: (row) => row.name },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "BASE URL", value: (row) => row.baseUrl, cut: 1, main: true },
    { header: "KEYS", value: (row) => row.keys.join(", ") || null, leaves: 2 },
    { header: "SERVICE", value: (row) => row.service, cut: 2, leaves: 1 },
  ],
  fields: ["name", "current", "provider", "baseUrl", "keys", "service"],
  id: (row) => row.name,
  empty: "No profile yet: onduty profiles add prod",
};

/** Every profile, that of the environment first. `named` is the profile that the command line names. */
export async function listProfiles(ctx: Context, named: string | undefined): Promise<ProfileRow[]> {
  const config = await ctx.config.load();
  const used = named ?? chosenProfile(ctx.env, config);
  const rows = [...config.profiles].map(([name, profile]) => toRow(name, profile, name === used));
  const provider = ctx.env.ONDUTY_PROVIDER;
  return provider ? [environmentRow(ctx, provider, used === environmentProfile), ...rows] : rows;
}

/** A list does not fail on variables that do not fit together; the commands that use them do. */
function environmentRow(ctx: Context, provider: string, current: boolean): ProfileRow {
  const row: ProfileRow = {
    name: environmentProfile,
    current,
    // It may be anything, a key in the wrong variable as well.
    provider: redact(provider, [], ctx.vendors),
    baseUrl: null,
    keys: [],
    service: null,
  };
  try {
    const { vendor, values, keys } = ofEnvironment(ctx);
    const { baseUrl, service } = values;
    const kinds = [...keys.keys()];
    return { ...row, provider: vendor.name, baseUrl: baseUrl.value, keys: kinds, service: service?.value ?? null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return row;
  }
}

function ofEnvironment({ env, vendors }: Context) {
  return resolveSettings({ named: environmentProfile, env, config: { profiles: new Map() }, vendors });
}

function toRow(name: string, profile: Profile, current: boolean): ProfileRow {
  const { provider, baseUrl, service = null } = profile;
  const keys = keyKinds.filter((kind) => profile[keyField[kind]] !== undefined);
  return { name, current, provider, baseUrl: shownBaseUrl(baseUrl), keys, service };
}

interface KeyRow {
  profile: string;
  provider: string;
  kind: string;
  /** Masked; null when only its source knows it. */
  key: string | null;
  source: string;
}

export const keyShape: Shape<KeyRow> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "KIND", value: (row) => row.kind },
    { header: "KEY", value: (row) => row.key },
    { header: "SOURCE", value: (row) => row.source, cut: 1 },
  ],
  fields: ["profile", "provider", "kind", "key", "source"],
  id: (row) => row.profile,
  empty: "No keys yet: onduty profiles add prod",
};

/** The keys of every profile, those of the environment first. @throws {CliError} `usage` when its variables do not fit together */
export async function listKeys(ctx: Context): Promise<KeyRow[]> {
  const { profiles } = await ctx.config.load();
  const stored = [...profiles].flatMap(([name, profile]) =>
    keyKinds.flatMap((kind) => {
      const source = profile[keyField[kind]];
      if (source === undefined) return [];
      return [{ profile: name, provider: profile.provider, kind, ...describeSource(source, ctx.vendors) }];
    }),
  );
  return ctx.env.ONDUTY_PROVIDER ? [...keysOfEnvironment(ctx), ...stored] : stored;
}

function keysOfEnvironment(ctx: Context): KeyRow[] {
  const { vendor, keys } = ofEnvironment(ctx);
  return [...keys].map(([kind, { source, from }]) => ({
    profile: environmentProfile,
    provider: vendor.name,
    kind,
    key: maskedKey(source, ctx.env, ctx.vendors),
    source: `environment: ${from}`,
  }));
}

interface Setting {
  setting: string;
  value: string | null;
  /** `profile`, `default`, an option, or the name of an environment variable. */
  from: string;
}

export const settingShape: Shape<Setting> = {
  columns: [
    { header: "SETTING", value: (row) => row.setting },
    { header: "VALUE", value: (row) => row.value, cut: 1 },
    { header: "FROM", value: (row) => row.from },
  ],
  fields: ["setting", "value", "from"],
};

/**
 * Each value of a profile, keys masked, and where it comes from.
 *
 * @param named the profile; undefined for the one that is used now
 * @param namedBy what named it, when it was not `--profile`
 * @throws {CliError} `usage` if the profile is not found or incomplete
 */
export async function listSettings(ctx: Context, named: string | undefined, namedBy?: string): Promise<Setting[]> {
  const config = await ctx.config.load();
  const { env, vendors } = ctx;
  const settings = resolveSettings({ ...(named !== undefined && { named }), env, config, vendors });
  const { name, chosenBy, vendor, values, keys } = settings;
  return [
    { setting: "profile", value: name, from: namedBy ?? chosenBy },
    { setting: "provider", value: vendor.name, from: config.profiles.has(name) ? "profile" : "ONDUTY_PROVIDER" },
    ...Object.entries(values).map(([setting, { value, from }]) => ({
      setting,
      // The address of a proxy may hold a password.
      value: redact(String(value), [], vendors),
      from,
    })),
    ...[...keys].map(([kind, { source, from }]) => ({
      setting: `${kind} key`,
      value: maskedKey(source, env, vendors),
      from: from === "profile" ? `profile, ${describeSource(source, vendors).source}` : from,
    })),
  ];
}
