import type { Command } from "commander";
import { declareTraits } from "../cli/traits.ts";
import { environmentProfile, unknownProfile } from "../config/settings.ts";
import type { Config } from "../config/store.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { about, allColumns, type Finding, failed, findingShape, isSkipped, skipped } from "../doctor/finding.ts";
import { ExitCode, Interrupted } from "../errors.ts";
import { quoted } from "../keys/read.ts";
import type { Printer } from "../output/printer.ts";

/** For one step on the network, unless `--timeout` says otherwise. */
const stepMs = 5000;

export function addDoctor(command: Command, ctx: Context): void {
  command
    .addHelpText(
      "after",
      `
Looks at version and runtime, folders and their modes, the spool, completions, and of each profile (or the one that is
named) at its keys, proxy, DNS, certificate, latency, clock and what the vendor says of its keys. Nothing is written to
a vendor. The report holds no key and may be pasted into a ticket; in a pipe or a file nothing in it is cut.

Examples:
  onduty doctor
  onduty doctor > report.txt
  onduty doctor --profile prod
  onduty doctor --json --jq '.[] | select(.status != "ok")'

Exit codes: 0 no problem, 1 a problem was found, 2 usage
`,
    )
    .action((_, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const given = self.getOptionValueSourceWithGlobals("timeout") === "cli";
      return examine(ctx, options, given ? options.timeout : stepMs);
    });
  declareTraits(command, { prints: findingShape });
}

async function examine(ctx: Context, options: GlobalOptions, ms: number): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(findingShape);
  const work = Promise.race([collect(ctx, options, ms), interruption(ctx.signal)]);
  const findings = await printer.progress("looking", work);
  const atTerminal = printer.format === "table" && printer.isTTY;
  await printer.list([findings], atTerminal ? findingShape : { ...findingShape, columns: allColumns });
  if (atTerminal) await explain(printer, findings);
  if (findings.some(({ status }) => status === "problem")) ctx.exitCode = ExitCode.failure;
}

/** Nothing that is looked at is worth waiting for after Ctrl-C. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Interrupted(signal));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}

async function collect(ctx: Context, options: GlobalOptions, ms: number): Promise<Finding[]> {
  const [{ checkMachine, withoutHome }, { checkProfile }] = await Promise.all([
    import("../doctor/machine.ts"),
    import("../doctor/profile.ts"),
  ]);
  const { config, findings, readable } = await readConfig(ctx);
  const check = { ctx, options, config, stepMs: ms };
  const names = wanted(ctx, options, config);
  const [machine, ...profiles] = await Promise.all([
    checkMachine(ctx, findings),
    ...names.map((name) => checkProfile(check, name)),
  ]);
  const found = [...machine, ...profiles.flat()];
  if (!readable) found.push(skipped("profile", "-", "the configuration cannot be read"));
  else if (names.length === 0) {
    const hint = "onduty profiles add NAME --provider opsknight --base-url URL";
    found.push(about("profile", "-").warning("there is no profile", hint));
  } else if (options.profile === undefined) found.push(...checkChoice(ctx, config, names));
  return found.map((finding) => ({ ...finding, message: withoutHome(finding.message, ctx.env) }));
}

/** The configuration, as far as it can be read, and what there is to say of its folder and file. */
async function readConfig(ctx: Context): Promise<{ config: Config; findings: Finding[]; readable: boolean }> {
  const { checkConfigPlaces } = await import("../doctor/machine.ts");
  // Reading it tightens modes that are too wide: that they were is worth knowing.
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

/** Whether commands that name no profile have one; whether it can be used is told of it itself. */
function checkChoice({ env }: Context, config: Config, names: readonly string[]): Finding[] {
  const chosen = env.ONDUTY_PROFILE || (env.ONDUTY_PROVIDER ? environmentProfile : config.current);
  const [first = "NAME", ...more] = config.profiles.keys();
  const use = `onduty profiles use ${more.length === 0 ? first : "NAME"}`;
  if (chosen === undefined) return [about("profile", "-").warning("none is the current one", use)];
  if (names.includes(chosen)) return [];
  const [what, hint] = env.ONDUTY_PROFILE ? ["ONDUTY_PROFILE", "unset ONDUTY_PROFILE"] : ["the current profile", use];
  return [about("profile", "-").problem(`${what} is ${quoted(chosen)}, which is not there`, hint)];
}

/** @throws {CliError} `usage` when there is no profile of that name */
function wanted({ env }: Context, { profile }: GlobalOptions, config: Config): string[] {
  const names = [...new Set([...(env.ONDUTY_PROVIDER ? [environmentProfile] : []), ...config.profiles.keys()])];
  if (profile === undefined) return names;
  if (!names.includes(profile)) throw unknownProfile(profile, config);
  return [profile];
}

/** The table may be cut; what matters is told in full below it, and what only follows from that is not. */
async function explain(printer: Printer, findings: Finding[]): Promise<void> {
  for (const finding of findings) {
    const { check, subject, status, message, hint } = finding;
    if (status === "ok" || isSkipped(finding)) continue;
    const what = subject === "-" ? check : `${check} ${subject}`;
    await printer.text(`\n${status}: ${what}: ${message}${hint === null ? "" : `\nhint: ${hint}`}`);
  }
}
