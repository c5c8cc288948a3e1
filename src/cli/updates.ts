import type { Context } from "../context.ts";
import { version } from "../version.ts";

/** The word that starts this program to ask for the newest version, on its own and after the command has ended. */
export const updateHelper = "__update";

/** Whether to report newer versions. Scripts, pipes and CI get no notice and make no request. */
export function wantsUpdates({ streams, env }: Context, argv: readonly string[]): boolean {
  if (!streams.out.isTTY || !streams.err.isTTY || env.CI || env.ONDUTY_NO_UPDATE_NOTICE) return false;
  return /^\d+\.\d+\.\d+$/.test(version) && !argv.some((argument) => argument === "-q" || argument === "--quiet");
}
