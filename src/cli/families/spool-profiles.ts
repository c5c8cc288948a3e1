import { everyProfile, unknownProfile } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { openSpool } from "../../events/spooled.ts";

/**
 * Checks the profiles that a command of the spool names: an empty list of a mistyped one would look like an empty spool. Events keep
 * the name of a profile that was removed, so that is known too.
 *
 * @throws {CliError} `usage` on a name that is neither a profile's nor in the spool
 */
export async function checkSpoolProfiles(ctx: Context, { profiles = [] }: GlobalOptions): Promise<void> {
  if (profiles.length === 0) return;
  const config = await ctx.config.load();
  const known = new Set(everyProfile(ctx.env, config));
  if (profiles.every((name) => known.has(name))) return;
  const spool = openSpool(ctx);
  for (const state of ["pending", "dead"] as const)
    for await (const page of spool.pages(state))
      for (const entry of page) if ("profile" in entry) known.add(entry.profile);
  const unknown = profiles.find((name) => !known.has(name));
  if (unknown !== undefined) throw unknownProfile(unknown, config);
}
