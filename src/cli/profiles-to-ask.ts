import { profilesToBeAsked, resolveSettings } from "../config/settings.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { usageError } from "../errors.ts";
import { quoted } from "../keys/read.ts";
import type { AnyCommand } from "./command.ts";

/** What is asked of the profiles. */
export type Asking = Pick<AnyCommand, "name" | "needs" | "lacks" | "profiles">;

/**
 * The profiles that a command line asks, each once.
 *
 * @throws {CliError} `usage` on an unknown profile, on several for a command that takes one, on a vendor without what is needed
 */
export async function profilesToAsk(
  { name, needs, lacks, profiles }: Asking,
  ctx: Context,
  options: GlobalOptions,
): Promise<string[]> {
  const { profiles: named = [], allProfiles } = options;
  if (allProfiles === true && named.length > 0) throw usageError("--all-profiles and --profile exclude each other");
  if (profiles === undefined) {
    const given = allProfiles === true ? "--all-profiles" : `${named.length} profiles`;
    throw usageError(`\`${name}\` takes one profile, not ${given}`, `--profile ${named[0] ?? "NAME"}`);
  }
  const config = await ctx.config.load();
  const names = allProfiles === true ? profilesToBeAsked(ctx.env, config) : named;
  // The error for no profile at all.
  if (names.length === 0) resolveSettings({ env: ctx.env, config, vendors: ctx.vendors });
  const settings = names.map((one) => resolveSettings({ named: one, env: ctx.env, config, vendors: ctx.vendors }));
  if (needs === undefined) return names;
  const able = settings.filter(({ vendor }) => vendor.capabilities.includes(needs));
  if (able.length === settings.length) return names;
  // A vendor that cannot have it is no gap where nobody named it.
  if (allProfiles === true && able.length > 0) return able.map((one) => one.name);
  const without = settings.find((one) => !able.includes(one));
  throw usageError(`profile ${quoted(without?.name ?? "")}: ${without?.vendor.name} has no ${lacks ?? needs}`);
}
