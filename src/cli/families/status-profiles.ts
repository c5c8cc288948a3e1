import type { Context, GlobalOptions } from "../../context.ts";
import { profilesToAsk } from "../profiles-to-ask.ts";

/** The profiles of a status: those that are named, that of the environment, or all that have incidents. @throws {CliError} `usage` */
export async function statusProfiles(ctx: Context, options: GlobalOptions): Promise<string[]> {
  const { profiles, allProfiles } = options;
  const isNamed = (profiles ?? []).length > 0 || allProfiles === true;
  const chosen = ctx.env.ONDUTY_PROFILE || (ctx.env.ONDUTY_PROVIDER ? "env" : undefined);
  const asked = isNamed
    ? options
    : chosen === undefined
      ? { ...options, allProfiles: true }
      : { ...options, profiles: [chosen] };
  return profilesToAsk({ name: "status", needs: "incidents", profiles: "own" }, ctx, asked);
}
