import type { Context } from "../../context.ts";
import { isRenewalDue, promptLine } from "../../prompt/line.ts";
import { readPrompt } from "../../prompt/state.ts";
import { statusProfiles } from "./status-profiles.ts";

/** Variables that do not change what a prompt prints, besides those that choose profile and folders. */
const usual = /^ONDUTY_(PROFILE|USER|CONFIG_DIR|STATE_DIR|PAGER|NO_UPDATE_NOTICE)$/;

/**
 * The line of `onduty prompt` where it is known and no renewal is due: a shell waits for it with each of its own lines, so no command
 * is loaded. Undefined where the command itself has to be run.
 */
export async function knownPrompt(ctx: Context): Promise<string | undefined> {
  if (Object.keys(ctx.env).some((name) => name.startsWith("ONDUTY_") && !usual.test(name))) return undefined;
  try {
    const known = readPrompt(ctx.stateDir, await statusProfiles(ctx, { timeout: 0, maxWait: 0 }));
    return isRenewalDue(known, ctx.now()) ? undefined : promptLine(known, ctx.now());
  } catch {
    // The command reports it.
    return undefined;
  }
}
