import {
  environmentProfile,
  profilesToBeAsked,
  resolveSettings,
  shownBaseUrl,
  unknownProfile,
} from "../config/settings.ts";
import type { Profile } from "../config/store.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CliError, ExitCode, isInterrupt, usageError } from "../errors.ts";
import type { Person } from "../model/incident.ts";
import {
  type KeyKind,
  type KeyPurpose,
  type KeyScopes,
  type KeySource,
  type KeyStatus,
  type KeyVerdict,
  keyNames,
  noScopes,
} from "../model/key.ts";
import { personName } from "../model/person.ts";
import type { Shape } from "../output/shape.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { describeSource, maskedKey } from "./key-source.ts";

/** One key checked, as JSON prints it. */
export interface KeyReport {
  profile: string;
  provider: string;
  baseUrl: string;
  /** Masked; null if the profile has none. */
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
  /** See `KeyVerdict`; not printed. */
  uncheckable?: true;
}

const unasked = {
  key: null,
  source: null,
  kind: null,
  scopes: noScopes,
  account: null,
  latencyMs: null,
  requestId: null,
};

export const keyReportShape: Shape<KeyReport> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider, leaves: 2 },
    { header: "KEY", value: (row) => row.key, leaves: 5 },
    { header: "KIND", value: (row) => row.kind },
    {
      header: "STATUS",
      value: (row) => row.status,
      style: (text, row, color) =>
        row.status === "valid" ? color.green(text) : row.status === "unknown" ? color.yellow(text) : color.red(text),
      main: true,
    },
    { header: "SCOPES", value: (row) => row.scopes.granted.join(" ") || null, cut: 1, leaves: 4 },
    { header: "ACCOUNT", value: (row) => row.account && personName(row.account), cut: 2, leaves: 3 },
    { header: "LATENCY", value: (row) => (row.latencyMs === null ? null : `${row.latencyMs} ms`), leaves: 1 },
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

/** The options of a command line, and what the keys are wanted for. */
export type ValidateOptions = GlobalOptions & { for?: KeyPurpose; only?: KeyKind };

/** A check that a person waits for at a prompt takes no longer. */
const newKeyMs = 5000;

/** What the vendor makes of a key that was just typed and stored: a line, and whether it is a warning. */
export async function checkNewKey(
  ctx: Context,
  options: GlobalOptions,
  { name, kind }: { name: string; kind: KeyKind },
): Promise<{ text: string; isGood: boolean }> {
  const quick = { timeout: Math.min(options.timeout, newKeyMs), maxWait: 0, quiet: true };
  const again = `onduty keys validate ${name}`;
  try {
    const reports = await validateProfile(ctx, { ...options, ...quick, profile: name, only: kind });
    const [{ status = "unknown", message = null, account = null } = {}] = reports;
    const why = message === null ? "" : `: ${message}`;
    if (status === "valid") {
      const who = account === null ? "" : `, which is ${personName(account)}`;
      return { text: `the vendor accepts the key${who}`, isGood: true };
    }
    if (status === "unknown") return { text: `the key is stored, and not checked${why}; ${again}`, isGood: true };
    const verdict = status === "restricted" ? "it lacks permissions" : "the vendor does not accept it";
    return { text: `warning: the key is stored, but ${verdict}${why}; ${again}`, isGood: false };
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    return { text: `the key is stored, and not checked: ${error.message}; ${again}`, isGood: true };
  }
}

/** Names of profiles; undefined stands for the one that is used now. */
type Chosen = readonly (string | undefined)[];

/**
 * The profiles that are named, or all of them, or the one that is used now.
 *
 * @throws {CliError} `usage` if a profile is not found, or none exists
 */
export async function chooseProfiles(
  ctx: Context,
  { names, all }: { names: readonly string[]; all: boolean },
): Promise<Chosen> {
  const config = await ctx.config.load();
  for (const name of names) {
    if (!config.profiles.has(name) && !(name === environmentProfile && ctx.env.ONDUTY_PROVIDER))
      throw unknownProfile(name, config);
  }
  if (!all) return names.length > 0 ? names : [undefined];
  const every = profilesToBeAsked(ctx.env, config);
  if (every.length === 0) throw usageError("no profile yet", "onduty profiles add prod");
  return every;
}

/**
 * Asks the vendors about the keys of these profiles, all at once. One of several profiles that cannot be used is reported
 * among the others.
 *
 * @throws {CliError} when the only profile cannot be used
 */
export async function validateKeys(ctx: Context, options: ValidateOptions, chosen: Chosen): Promise<KeyReport[]> {
  const { profiles } = await ctx.config.load();
  const reports = await Promise.all(
    chosen.map((name) => {
      const checking = validateProfile(ctx, name === undefined ? options : { ...options, profile: name });
      if (name === undefined || chosen.length === 1) return checking;
      return checking.catch((error: unknown) => [reportUnusable(name, profiles.get(name), error)]);
    }),
  );
  return reports.flat();
}

/** A report as it is printed: its fields in order. */
export function toRow(report: KeyReport): Omit<KeyReport, "unusable" | "uncheckable"> {
  const { profile, provider, baseUrl, key, source, kind, status, scopes, account, latencyMs, message, requestId } =
    report;
  return { profile, provider, baseUrl, key, source, kind, status, scopes, account, latencyMs, message, requestId };
}

/** The exit code. An integration key that cannot be checked does not make it fail. */
export function exitCodeOf(reports: readonly KeyReport[]): ExitCode {
  if (reports.some(({ status }) => status === "invalid" || status === "missing" || status === "restricted"))
    return ExitCode.auth;
  if (reports.some(({ unusable: isUnusable }) => isUnusable === true)) return ExitCode.usage;
  const unchecked = reports.some(({ status, uncheckable }) => status === "unknown" && uncheckable !== true);
  return unchecked ? ExitCode.network : ExitCode.ok;
}

async function validateProfile(ctx: Context, options: ValidateOptions): Promise<KeyReport[]> {
  const { provider, connection, shownKeys } = await ctx.connect({ ...options, dryRun: false });
  const { name, baseUrl } = connection.profile;
  const about = { profile: name, provider: provider.name, baseUrl };
  const { env, vendors } = ctx;
  const { keys, vendor } = resolveSettings({ named: name, env, config: await ctx.config.load(), vendors });
  const purpose = options.for;
  const setKey = name === "env" ? "set ONDUTY_API_KEY" : `onduty keys set ${name}`;
  if (keys.size === 0) return [{ ...about, ...unasked, status: "missing", message: `no key; ${setKey}` }];
  return Promise.all(
    [...keys]
      .filter(([kind]) => isUsedFor(purpose, kind, keys) && (options.only ?? kind) === kind)
      .map(async ([kind, stored]) => {
        const ask = async () => unfit(vendor, kind, purpose) ?? provider.validateKey(connection, kind, purpose);
        const verdict = await judge(ctx, kind, ask);
        const { key, source } = locate(ctx, stored);
        return { ...about, key: key ?? shownKeys.get(kind) ?? null, source, ...verdict };
      }),
  );
}

/** Whether the profile uses this key for the purpose: events go with an integration key where there is one. */
function isUsedFor(purpose: KeyPurpose | undefined, kind: KeyKind, keys: ReadonlyMap<KeyKind, unknown>): boolean {
  if (purpose === undefined || purpose === "all") return true;
  if (kind === "api") return purpose !== "events" || keys.size === 1;
  return purpose === "events" || !keys.has("api");
}

/** The verdict on a key that this vendor has for something else; undefined when only the vendor knows. */
function unfit(vendor: VendorDescriptor, kind: KeyKind, purpose: KeyPurpose | undefined): KeyVerdict | undefined {
  const verdict = { kind: kind === "api" ? null : kind, scopes: noScopes, account: null, requestId: null };
  const { title, cannot } = vendor.keys[kind] ?? {};
  const name = `${vendor.title}'s ${title ?? keyNames[kind]}`;
  if (kind !== "api" && (purpose === "incidents" || purpose === "read"))
    return { ...verdict, status: "restricted", message: `${name} only sends events` };
  if (kind === "api" && purpose === "events" && cannot !== undefined)
    return { ...verdict, status: "restricted", message: `${name} cannot be used for ${cannot}` };
  return undefined;
}

/** @throws errors that the user cannot fix in the profile */
function reportUnusable(name: string, profile: Profile | undefined, error: unknown): KeyReport {
  if (!(error instanceof CliError) || error.kind !== "usage") throw error;
  const message = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  const { provider = "", baseUrl = "" } = profile ?? {};
  const shown = shownBaseUrl(baseUrl);
  return { profile: name, provider, baseUrl: shown, ...unasked, status: "unknown", message, unusable: true };
}

/** A key that cannot be read is missing. Errors of the vendor are left to the provider. */
async function judge(
  ctx: Context,
  kind: KeyKind,
  ask: () => Promise<KeyVerdict>,
): Promise<KeyVerdict & { latencyMs: number | null }> {
  const otherwise = kind === "api" ? null : kind;
  const started = ctx.now().getTime();
  try {
    const verdict = await ask();
    const latencyMs = verdict.uncheckable !== true ? ctx.now().getTime() - started : null;
    return { ...verdict, kind: verdict.kind ?? otherwise, latencyMs };
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "auth") throw error;
    const { message } = error;
    return {
      status: "missing",
      kind: otherwise,
      scopes: noScopes,
      account: null,
      message,
      requestId: null,
      latencyMs: null,
    };
  }
}

/** The masked key and where it lives; a command is not run again for it. */
function locate(
  { env, vendors }: Context,
  { source, from }: { source: KeySource; from: string },
): Pick<KeyReport, "key" | "source"> {
  const place = from === "profile" ? describeSource(source, vendors).source : `environment: ${from}`;
  return { key: maskedKey(source, env, vendors), source: place };
}
