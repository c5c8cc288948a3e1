import { chosenProfile, everyProfile, unknownProfile } from "../config/settings.ts";
import type { Config } from "../config/store.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { Interrupted } from "../errors.ts";
import { quoted } from "../keys/read.ts";
import { type Finding, failed, findingFor, skipped } from "./finding.ts";
import { checkConfigPlaces, checkMachine } from "./machine.ts";
import { withoutHome } from "./paths.ts";
import { checkProfile } from "./profile.ts";

/**
 * Checks this machine and the profiles, or the one that `options` name. `options.timeout` applies to each step on the
 * network.
 *
 * @throws {CliError} `usage` when no profile of that name
 * @throws {Interrupted} at once when the program is interrupted: no check is worth waiting for
 */
export async function examine(ctx: Context, options: GlobalOptions): Promise<Finding[]> {
  return Promise.race([collect(ctx, options), interruption(ctx.signal)]);
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Interrupted(signal));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}

async function collect(ctx: Context, options: GlobalOptions): Promise<Finding[]> {
  const { config, findings, readable } = await readConfig(ctx);
  const check = { ctx, options, config, stepMs: options.timeout };
  const names = wanted(ctx, options, config);
  const [machine, ...profiles] = await Promise.all([
    checkMachine(ctx, findings),
    ...names.map((name) => checkProfile(check, name)),
  ]);
  const found = [...machine, ...profiles.flat()];
  if (!readable) found.push(skipped("profile", "-", "the configuration cannot be read"));
  else if (names.length === 0) {
    const hint = "onduty profiles add prod";
    found.push(findingFor("profile", "-").warning("no profile", hint));
  } else if (options.profile === undefined) found.push(...checkChoice(ctx, config, names));
  return found.map((finding) => ({ ...finding, message: withoutHome(finding.message, ctx.env) }));
}

/** The configuration, as far as it can be read, and the findings about its folder and file. */
async function readConfig(ctx: Context): Promise<{ config: Config; findings: Finding[]; readable: boolean }> {
  // Check the modes first: reading the file tightens modes that are too wide.
  const before = await checkConfigPlaces(ctx);
  try {
    const config = await ctx.config.load();
    const after = await checkConfigPlaces(ctx);
    const findings = before.map((finding, index) => {
      if (finding.status !== "warning" || after[index]?.status !== "ok") return finding;
      const hint = "others may have read the keys: onduty keys set NAME stores new ones";
      return { ...finding, message: `was ${finding.message}; it is tightened now`, hint };
    });
    return { config, findings, readable: true };
  } catch (error) {
    const findings = [...before, failed("config", "config.json", error)];
    return { config: { profiles: new Map() }, findings, readable: false };
  }
}

/** Whether commands that name no profile have one; whether it can be used is a finding of its own. */
function checkChoice({ env, vendors }: Context, config: Config, names: readonly string[]): Finding[] {
  const chosen = chosenProfile(env, config);
  const [first = "NAME", ...more] = config.profiles.keys();
  const use = `onduty profiles use ${more.length === 0 ? first : "NAME"}`;
  if (chosen === undefined) return [findingFor("profile", "-").warning("none is the current one", use)];
  if (names.includes(chosen)) return [];
  const [what, hint] = env.ONDUTY_PROFILE ? ["ONDUTY_PROFILE", "unset ONDUTY_PROFILE"] : ["the current profile", use];
  return [findingFor("profile", "-").problem(`${what} is ${quoted(chosen, vendors)}, which does not exist`, hint)];
}

/** @throws {CliError} `usage` when no profile of that name */
function wanted({ env }: Context, { profile }: GlobalOptions, config: Config): string[] {
  const names = everyProfile(env, config);
  if (profile === undefined) return names;
  if (!names.includes(profile)) throw unknownProfile(profile, config);
  return [profile];
}
