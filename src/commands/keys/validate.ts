import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { environmentProfile, resolveSettings, unknownProfile } from "../../config/settings.ts";
import type { Profile } from "../../config/store.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, ExitCode, usageError } from "../../errors.ts";
import { maskKey } from "../../keys/mask.ts";
import type { Person } from "../../model/incident.ts";
import type { KeyScopes, KeySource, KeyStatus, KeyVerdict } from "../../model/key.ts";
import type { Shape } from "../../output/shape.ts";
import { describeSource } from "../../profiles/key-input.ts";

interface ValidateOptions extends GlobalOptions {
  all?: boolean;
}

/** One key checked, as JSON prints it. */
interface KeyReport {
  profile: string;
  provider: string;
  baseUrl: string;
  /** Masked; null when there is none. */
  key: string | null;
  source: string | null;
  kind: string | null;
  status: KeyStatus;
  scopes: KeyScopes;
  account: Person | null;
  latencyMs: number | null;
  message: string | null;
  requestId: string | null;
  /** The profile itself is wrong; not printed. */
  unusable?: true;
}

const none: KeyScopes = { granted: [], missing: [], untested: [], absent: [] };

const unasked = { key: null, source: null, kind: null, scopes: none, account: null, latencyMs: null, requestId: null };

const shape: Shape<KeyReport> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "KEY", value: (row) => row.key },
    { header: "KIND", value: (row) => row.kind },
    {
      header: "STATUS",
      value: (row) => row.status,
      style: (text, row, color) =>
        row.status === "valid" ? color.green(text) : row.status === "unknown" ? color.yellow(text) : color.red(text),
    },
    { header: "SCOPES", value: (row) => row.scopes.granted.join(" ") || null, cut: 1 },
    {
      header: "ACCOUNT",
      value: (row) => row.account && (row.account.name ?? row.account.email ?? row.account.id),
      cut: 2,
    },
    { header: "LATENCY", value: (row) => (row.latencyMs === null ? null : `${row.latencyMs} ms`) },
  ],
  fields: [
    "profile",
    "provider",
    "baseUrl",
    "key",
    "source",
    "kind",
    "status",
    "scopes",
    "account",
    "latencyMs",
    "message",
    "requestId",
  ],
  id: (row) => row.profile,
};

export function addKeysValidate(parent: Command, ctx: Context): void {
  const command = parent
    .command("validate")
    .alias("check")
    .description("Ask the vendors whether keys work and what they may do; never writes")
    .argument("[profile...]", "profiles; without any, the one that is used now")
    .option("--all", "the keys of every profile")
    .addHelpText(
      "after",
      `
Examples:
  onduty keys validate
  onduty keys validate --all --json

Exit codes: 0 every key is valid, 2 usage or a profile that cannot be used, 3 one could not be checked, 4 one is invalid, missing or restricted
`,
    )
    .action((names: string[], _, self: Command) => validateKeys(ctx, names, self.optsWithGlobals<ValidateOptions>()));
  declareTraits(command, { prints: shape });
}

async function validateKeys(ctx: Context, names: string[], options: ValidateOptions): Promise<void> {
  if (options.all === true && names.length > 0) throw usageError("--all and names of profiles exclude each other");
  const printer = ctx.printer(options);
  printer.check(shape);
  const config = await ctx.config.load();
  for (const name of names) {
    if (!config.profiles.has(name) && !(name === environmentProfile && ctx.env.ONDUTY_PROVIDER))
      throw unknownProfile(name, config);
  }
  const all = [...new Set([...(ctx.env.ONDUTY_PROVIDER ? [environmentProfile] : []), ...config.profiles.keys()])];
  if (options.all === true && all.length === 0)
    throw usageError("there is no profile yet", "onduty profiles add NAME --provider opsknight --base-url URL");
  const wanted: (string | undefined)[] = options.all === true ? all : names.length > 0 ? names : [options.profile];
  const work = Promise.all(
    wanted.map((name) => {
      const checking = validateProfile(ctx, name === undefined ? options : { ...options, profile: name });
      // One that cannot be used says nothing of the others.
      return name === undefined || wanted.length === 1
        ? checking
        : checking.catch((error: unknown) => [unusable(name, config.profiles.get(name), error)]);
    }),
  );
  const reports = (await printer.progress("checking keys", work)).flat();
  await printer.list([reports], shape);
  for (const { profile, status, message } of reports) {
    if (message !== null && status !== "valid") await printer.notice(`${profile}: ${message}`);
  }
  ctx.exitCode = exitCodeOf(reports);
}

/** An integration key that cannot be asked about is not held against the others. */
function exitCodeOf(reports: readonly KeyReport[]): number {
  if (reports.some(({ status }) => status === "invalid" || status === "missing" || status === "restricted"))
    return ExitCode.auth;
  if (reports.some(({ unusable: isUnusable }) => isUnusable === true)) return ExitCode.usage;
  const unchecked = reports.some(
    ({ status, kind }) => status === "unknown" && kind !== "integration" && kind !== "change",
  );
  return unchecked ? ExitCode.network : ExitCode.ok;
}

async function validateProfile(ctx: Context, options: GlobalOptions): Promise<KeyReport[]> {
  const { provider, connection } = await ctx.connect({ ...options, dryRun: false });
  const { name, baseUrl } = connection.profile;
  const about = { profile: name, provider: provider.name, baseUrl };
  const config = await ctx.config.load();
  const { keys } = resolveSettings({ named: name, env: ctx.env, config, vendors: ctx.vendors });
  if (keys.size === 0)
    return [{ ...about, ...unasked, status: "missing", message: `there is no key; onduty keys set ${name}` }];
  return Promise.all(
    [...keys].map(async ([kind, stored]) => {
      const started = ctx.now().getTime();
      const verdict = await judge(() => provider.validateKey(connection, kind));
      const latencyMs = verdict.latency ? ctx.now().getTime() - started : null;
      const { status, scopes, account, message, requestId } = verdict;
      const known = verdict.kind ?? (kind === "api" ? null : kind);
      return {
        ...about,
        ...locate(ctx, stored),
        kind: known,
        status,
        scopes,
        account,
        latencyMs,
        message,
        requestId,
      };
    }),
  );
}

/** @throws what is not for the user to mend in the profile */
function unusable(name: string, profile: Profile | undefined, error: unknown): KeyReport {
  if (!(error instanceof CliError) || error.kind !== "usage") throw error;
  const message = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  const { provider = "", baseUrl = "" } = profile ?? {};
  return { profile: name, provider, baseUrl, ...unasked, status: "unknown", message, unusable: true };
}

/** A key that cannot even be read is missing; what the vendor did is the provider's to judge. */
async function judge(ask: () => Promise<KeyVerdict>): Promise<KeyVerdict & { latency: boolean }> {
  try {
    const verdict = await ask();
    return { ...verdict, latency: verdict.kind !== "integration" && verdict.kind !== "change" };
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "auth") throw error;
    return {
      status: "missing",
      kind: null,
      scopes: none,
      account: null,
      message: error.message,
      requestId: null,
      latency: false,
    };
  }
}

/** The masked key and where it lives; a command is not run again for it. */
function locate(
  ctx: Context,
  { source, from }: { source: KeySource; from: string },
): Pick<KeyReport, "key" | "source"> {
  const { key, source: place } = describeSource(source, ctx.vendors);
  const value = "env" in source ? ctx.env[source.env] : undefined;
  return {
    key: key ?? (value ? maskKey(value, ctx.vendors) : null),
    source: from === "profile" ? place : `environment: ${from}`,
  };
}
