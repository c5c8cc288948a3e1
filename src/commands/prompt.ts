import { defineCommand } from "../cli/command.ts";
import { readMe } from "../cli/families/me.ts";
import { statusProfiles } from "../cli/families/status-profiles.ts";
import { flag } from "../cli/options.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { object, silent } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import { isRenewalDue, promptLine } from "../prompt/line.ts";
import { type PromptState, promptFields, readPrompt, writePrompt } from "../prompt/state.ts";

const promptShape: Shape<PromptState> = { columns: [], fields: promptFields };

export const prompt = defineCommand({
  name: "prompt",
  summary: "Print one short line for a shell prompt, from what is known; never waits for a network",
  options: { renew: { ...flag("ask the vendors now"), hidden: true } },
  profiles: "own",
  output: promptShape,
  notes: `
How many incidents nobody has acknowledged, and until when you are on call; ? where that is not known, or older than five
minutes. It is renewed in the background, at most once a minute.`,
  examples: ["onduty prompt", "PS1='[$(onduty prompt)] \\w \\$ '"],
  exitCodes: { ok: "printed", usage: "usage" },
  async run({ ctx, options }) {
    const profiles = await statusProfiles(ctx, options);
    const known = readPrompt(ctx.stateDir, profiles);
    if (options.renew === true) {
      await renew(ctx, options, profiles, known);
      return silent({});
    }
    if (isRenewalDue(known, ctx.now())) await startRenewal(ctx, profiles, known);
    return object(known, { drawn: () => promptLine(known, ctx.now(), options.tz) });
  },
});

/** Never throws: a prompt has to be there whatever happens. */
async function startRenewal(ctx: Context, profiles: string[], known: PromptState): Promise<void> {
  try {
    // Written first: if it cannot be, every prompt would start one.
    writePrompt(ctx.stateDir, profiles, { ...known, renewedAt: ctx.now().toISOString() });
    await ctx.startAgain(["prompt", "--renew", "--quiet", "--profile", profiles.join(",")]);
  } catch {
    // What cannot be kept is not known the next time.
  }
}

/** What fails leaves what was known before, until it is too old. */
async function renew(ctx: Context, options: GlobalOptions, profiles: string[], known: PromptState): Promise<void> {
  const { askStatus } = await import("../status/report.ts");
  const asked = await Promise.all(
    profiles.map(async (profile) =>
      askStatus(await ctx.connect({ ...options, profile, quiet: true, maxWait: Math.min(options.maxWait, 5000) })),
    ),
  );
  const isMe = await readMe(ctx);
  let open = 0;
  const ends: string[] = [];
  for (const { status, isTruncated } of asked) {
    if (status.open === null || isTruncated || status.state !== "known") return;
    open += status.open.high + status.open.medium + status.open.low;
    for (const { users, until, profile } of status.oncall ?? [])
      if (until !== null && users.some((person) => isMe(person, profile))) ends.push(until);
  }
  const state = { at: ctx.now().toISOString(), open, oncallUntil: ends.sort().at(-1) ?? null };
  writePrompt(ctx.stateDir, profiles, { ...known, ...state, renewedAt: state.at });
}
