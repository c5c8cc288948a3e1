import { type Config, keyField, type Profile } from "../config/store.ts";
import type { Context } from "../context.ts";
import { keyKinds } from "../model/key.ts";
import { isLoopback } from "../model/loopback.ts";
import type { ServedVendor } from "../sandbox/server.ts";

/** The results for the profiles of a sandbox, by name. */
export interface StoredProfiles {
  stored: readonly string[];
  /** Profiles that point to another machine: they belong to the user, and stay unchanged. */
  kept: readonly string[];
}

/** The profile that leads to a vendor of the sandbox. */
export function sandboxProfileName(vendor: string): string {
  return `sandbox-${vendor}`;
}

/** Stores a profile for each vendor of a sandbox. */
export async function storeSandboxProfiles(
  ctx: Pick<Context, "config">,
  vendors: readonly ServedVendor[],
): Promise<StoredProfiles> {
  const stored: string[] = [];
  const kept: string[] = [];
  await ctx.config.update((config: Config) => {
    for (const vendor of vendors) {
      const name = sandboxProfileName(vendor.name);
      const isOurs = isReplaceable(config.profiles.get(name));
      (isOurs ? stored : kept).push(name);
      if (isOurs) config.profiles.set(name, toProfile(vendor));
    }
    if (stored[0] !== undefined) config.current ??= stored[0];
  });
  return { stored, kept };
}

function isReplaceable(known: Profile | undefined): boolean {
  return known === undefined || (URL.canParse(known.baseUrl) && isLoopback(new URL(known.baseUrl).hostname));
}

function toProfile({ name, baseUrl, profile: { keys, ...values } }: ServedVendor): Profile {
  const sources = keyKinds.flatMap((kind) => {
    const key = keys[kind];
    return key === undefined ? [] : [[keyField[kind], { text: key }]];
  });
  return { provider: name, baseUrl, ...Object.fromEntries(sources), ...values };
}
