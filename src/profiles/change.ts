import { unknownProfile } from "../config/settings.ts";
import { type Config, keyField, type Profile } from "../config/store.ts";
import type { Context } from "../context.ts";
import { type CliError, usageError } from "../errors.ts";
import { mistakenKind } from "../keys/forms.ts";
import { type KeyKind, type KeySource, keyKinds } from "../model/key.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendorNamed } from "../providers/index.ts";
import { storedAs, suspicion } from "./key-source.ts";
import { intoKeyring, removeFromKeyring, type Warner } from "./keyring-entries.ts";

/* Changes of the stored profiles. Each reads the stored state again: another process may have changed it meanwhile. */

/** @throws {CliError} `usage` if the profile is not found */
export async function findProfile(ctx: Context, name: string): Promise<Profile> {
  return profileIn(await ctx.config.load(), name);
}

/** The same in a configuration that is loaded. */
function profileIn(config: Config, name: string): Profile {
  const profile = config.profiles.get(name);
  if (profile === undefined) throw unknownProfile(name, config);
  return profile;
}

/** The error for a name that another profile has, and what to do about it. */
export function taken(name: string, hint: string): CliError {
  return usageError(`profile "${name}" already exists`, hint);
}

export interface NewProfile {
  name: string;
  vendor: VendorDescriptor;
  /** The profile without its key. */
  profile: Profile;
  /** Undefined for none. */
  key: KeySource | undefined;
  /** Stores the key in the keyring. */
  keyring: boolean;
}

/**
 * Stores a new profile; the first one becomes the current one, which is what it returns. A key with the form of another kind
 * is stored as one, with a warning: as an API key it could do nothing.
 *
 * @throws {CliError} `usage` if the name is taken
 */
export async function addProfile(
  ctx: Context,
  warner: Warner,
  { name, vendor, profile, key, keyring }: NewProfile,
): Promise<{ isCurrent: boolean }> {
  const other = key !== undefined && "text" in key ? mistakenKind(vendor, "api", key.text) : undefined;
  const kind = other ?? "api";
  const source = key !== undefined && keyring ? await intoKeyring(ctx, warner, key, { name, kind }) : key;
  const { provider, baseUrl, ...rest } = profile;
  const stored = { provider, baseUrl, ...(source !== undefined && { [keyField[kind]]: source }), ...rest };
  const { current } = await ctx.config
    .update((config) => {
      if (config.profiles.has(name)) throw taken(name, "onduty profiles list");
      config.profiles.set(name, stored);
      config.current ??= name;
    })
    .catch(async (error: unknown) => {
      await removeFromKeyring(ctx, warner, [source]);
      throw error;
    });
  const warning = key === undefined ? null : suspicion(vendor, "api", key, ctx.vendors);
  if (other !== undefined) await warner.warn(storedAs(other, name));
  else if (warning !== null) await warner.warn(warning);
  return { isCurrent: current === name };
}

/** @throws {CliError} `usage` if the profile is not found */
export async function makeCurrent(ctx: Context, name: string): Promise<void> {
  await ctx.config.update((config) => {
    profileIn(config, name);
    config.current = name;
  });
}

/** What `profiles edit` changes. */
export type Settings = Pick<Profile, "baseUrl" | "service" | "routingKey" | "user" | "caFile" | "proxy" | "allowHttp">;

const unsettings = {
  service: "service",
  "routing-key": "routingKey",
  user: "user",
  "ca-file": "caFile",
  proxy: "proxy",
  "allow-http": "allowHttp",
} as const satisfies Record<string, keyof Settings>;

/** The settings that a profile can do without, as the command line names them. */
export const unsettable = Object.keys(unsettings) as (keyof typeof unsettings)[];

/** Changes settings of a profile. @throws {CliError} `usage` if it is not found */
export async function editProfile(
  ctx: Context,
  name: string,
  change: Partial<Settings>,
  unset: keyof typeof unsettings | undefined,
): Promise<void> {
  await ctx.config.update((config) => {
    const changed = { ...profileIn(config, name), ...change };
    if (unset !== undefined) delete changed[unsettings[unset]];
    config.profiles.set(name, changed);
  });
}

export function hasKeys(profile: Profile): boolean {
  return keyKinds.some((kind) => profile[keyField[kind]] !== undefined);
}

/** Gives a profile another name; it keeps its place in the list. @throws {CliError} `usage` if it is not found, or the name is taken */
export async function renameProfile(ctx: Context, name: string, newName: string): Promise<void> {
  await ctx.config.update((config) => {
    checkRename(config, name, newName);
    config.profiles = new Map([...config.profiles].map(([key, profile]) => [key === name ? newName : key, profile]));
    if (config.current === name) config.current = newName;
  });
}

/** @throws {CliError} `usage` if the profile is not found, or the new name is taken */
export function checkRename(config: Config, name: string, newName: string): void {
  profileIn(config, name);
  if (config.profiles.has(newName)) throw taken(newName, `onduty profiles remove ${newName}`);
}

export interface RemovedProfile {
  /** When it was the current one: the profiles that are left, of which none is current now. */
  left: string[] | undefined;
  /** Whether the keyring holds nothing of it any more. */
  isClean: boolean;
}

/** Removes a profile with its keys; nothing happens where it is gone already. */
export async function removeProfile(ctx: Context, warner: Warner, name: string): Promise<RemovedProfile> {
  let left: string[] | undefined;
  let keys: (KeySource | undefined)[] = [];
  await ctx.config.update((config) => {
    const profile = config.profiles.get(name);
    keys = keyKinds.map((kind) => profile?.[keyField[kind]]);
    config.profiles.delete(name);
    if (config.current !== name) return;
    delete config.current;
    left = [...config.profiles.keys()];
  });
  return { left, isClean: await removeFromKeyring(ctx, warner, keys) };
}

export interface KeyChange {
  name: string;
  kind: KeyKind;
}

/**
 * Stores a key of a profile, with a warning when it looks like one of another kind; the one before it is removed from the
 * keyring.
 *
 * @returns where it is stored, and whether the keyring holds nothing of the one before
 * @throws {CliError} `usage` if the profile is not found
 */
export async function storeKey(
  ctx: Context,
  warner: Warner,
  { name, kind, key, keyring }: KeyChange & { key: KeySource; keyring: boolean },
): Promise<{ source: KeySource; isClean: boolean }> {
  const source = keyring ? await intoKeyring(ctx, warner, key, { name, kind }) : key;
  let before: KeySource | undefined;
  let provider = "";
  try {
    await ctx.config.update((config) => {
      const profile = profileIn(config, name);
      provider = profile.provider;
      before = profile[keyField[kind]];
      config.profiles.set(name, { ...profile, [keyField[kind]]: source });
    });
  } catch (error) {
    await removeFromKeyring(ctx, warner, [source]);
    throw error;
  }
  const isClean = await removeFromKeyring(ctx, warner, [before]);
  const warning = suspicion(vendorNamed(provider, ctx.vendors), kind, key, ctx.vendors);
  if (warning !== null) await warner.warn(warning);
  return { source, isClean };
}

/** Removes a key of a profile. @returns whether the keyring holds nothing of it any more */
export async function removeKey(ctx: Context, warner: Warner, { name, kind }: KeyChange): Promise<boolean> {
  let removed: KeySource | undefined;
  await ctx.config.update((config) => {
    const { [keyField[kind]]: source, ...rest } = profileIn(config, name);
    removed = source;
    config.profiles.set(name, rest);
  });
  return removeFromKeyring(ctx, warner, [removed]);
}
