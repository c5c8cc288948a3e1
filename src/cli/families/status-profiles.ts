import { environmentProfile, profilesToBeAsked } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { profilesToAsk } from "../profiles-to-ask.ts";

/** The profiles of a status: those that are named, that of the environment, or all that have incidents. @throws {CliError} `usage` */
export async function statusProfiles(ctx: Context, options: GlobalOptions): Promise<string[]> {
  const { profiles, allProfiles } = options;
  const { ONDUTY_PROFILE, ONDUTY_PROVIDER } = ctx.env;
  const isNamed = (profiles ?? []).length > 0 || allProfiles === true;
  // By its name, a stored profile would be asked instead of that of the environment.
  if (!isNamed && !ONDUTY_PROFILE) profilesToBeAsked(ctx.env, await ctx.config.load());
  const chosen = ONDUTY_PROFILE || (ONDUTY_PROVIDER ? environmentProfile : undefined);
  const asked = isNamed
    ? options
    : chosen === undefined
      ? { ...options, allProfiles: true }
      : { ...options, profiles: [chosen] };
  return profilesToAsk({ name: "status", needs: "incidents", profiles: "own" }, ctx, asked);
}
