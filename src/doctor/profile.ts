import { deadline } from "../concurrency/deadline.ts";
import { within } from "../concurrency/within.ts";
import { type ResolvedSettings, resolveSettings } from "../config/settings.ts";
import type { Config } from "../config/store.ts";
import type { ConnectOptions, Context, GlobalOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import { authorityFiles } from "../http/authorities.ts";
import { describeFailure } from "../http/network-errors.ts";
import { proxyFor } from "../http/proxy.ts";
import { nameProfile } from "../model/command-line.ts";
import type { KeyKind, KeySource, KeyVerdict } from "../model/key.ts";
import { isLoopback } from "../model/loopback.ts";
import { count } from "../model/text.ts";
import { findHost } from "./find-host.ts";
import { type Finding, failed, findingFor, skipped } from "./finding.ts";
import { openConnection, type ProbeTarget, reach, readCertificate } from "./probe.ts";

export interface ProfileCheck {
  ctx: Context;
  options: GlobalOptions;
  config: Config;
  /** For one step on the network, in milliseconds. */
  stepMs: number;
}

const dayMs = 86_400_000;
/** Certificates are renewed a month before their end. */
const fewDays = 21;
const clockOffMs = 30_000;
const clockWrongMs = 300_000;
const slowMs = 2000;

/** Findings about one profile, which commands in hints name. Never throws; each step is bounded in time. */
export async function checkProfile(check: ProfileCheck, name: string): Promise<Finding[]> {
  const findings = await findingsOf(check, name);
  return findings.map((one) => (one.hint === null ? one : { ...one, hint: nameProfile(one.hint, name) }));
}

async function findingsOf(check: ProfileCheck, name: string): Promise<Finding[]> {
  const { ctx, config } = check;
  let settings: ResolvedSettings;
  try {
    settings = resolveSettings({ named: name, env: ctx.env, config, vendors: ctx.vendors });
  } catch (error) {
    return [failed("profile", name, error)];
  }
  const baseUrl = new URL(settings.values.baseUrl.value);
  const current = config.current === name ? ", the current profile" : "";
  const findings = [
    findingFor("profile", name).ok(`${settings.vendor.name} at ${settings.values.baseUrl.value}${current}`),
    ...checkSources(ctx, settings),
  ];
  const route = await checkRoute(check, settings, baseUrl);
  findings.push(...route.findings);
  if (route.blockedBy !== null) return [...findings, ...notChecked(name, settings, route.blockedBy)];
  const target = makeTarget(check, settings, baseUrl);
  const [tls, reached] = await Promise.all([checkCertificate(target, name), checkReach(target, name)]);
  // The same failure must not be reported twice.
  const insecure = tls.status === "problem" && !reached.open;
  findings.push(tls, ...(insecure ? notReached(name, "no TLS connection") : reached.findings));
  if (!reached.open) return [...findings, ...keysNotChecked(name, settings, "the server did not respond")];
  return [...findings, ...(await checkKeys(check, settings))];
}

function makeTarget({ ctx, stepMs }: ProfileCheck, { values }: ResolvedSettings, baseUrl: URL): ProbeTarget {
  return {
    baseUrl,
    caFile: values.caFile?.value,
    ...authorityFiles(ctx.env),
    all: true,
    proxy: values.proxy?.value ?? proxyFor(baseUrl, ctx.env),
    timeoutMs: stepMs,
    userAgent: `onduty/${ctx.version}`,
    now: () => ctx.now(),
    signal: ctx.signal,
  };
}

/** Where each key comes from; the key itself is not read. */
function checkSources({ env }: Context, { name, keys }: ResolvedSettings): Finding[] {
  const { ok, warning, problem } = findingFor("source", name);
  if (keys.size === 0) return [warning("no key", name === "env" ? "set ONDUTY_API_KEY" : `onduty keys set ${name}`)];
  return [...keys].map(([kind, { source }]) => {
    const key = `${kind} key`;
    if ("env" in source && !env[source.env])
      return problem(`${key}: the environment variable ${source.env} is not set`, `export ${source.env}=...`);
    return ok(`${key}: ${placeOf(source)}`);
  });
}

/** The arguments of a command may be private, so only its name is shown. */
function placeOf(source: KeySource): string {
  if ("text" in source) return "in the config file";
  if ("env" in source) return `in the environment variable ${source.env}`;
  return "command" in source ? `from the command "${source.command.trim().split(/\s/)[0]}"` : "in the keyring";
}

interface Route {
  findings: Finding[];
  /** Why the vendor cannot be reached; null if it can. */
  blockedBy: string | null;
}

/** Checks the proxy or the host name. If this fails, the other checks are skipped. */
async function checkRoute(
  { ctx, stepMs }: ProfileCheck,
  { name, values }: ResolvedSettings,
  baseUrl: URL,
): Promise<Route> {
  const own = values.proxy?.value;
  const proxy = own ?? proxyFor(baseUrl, ctx.env);
  const dns = findingFor("dns", name);
  if (proxy === undefined) {
    const found = await lookUp(baseUrl.hostname, stepMs);
    const finding =
      found.problem === null
        ? dns.ok(found.text)
        : dns.problem(found.problem, "check the network and the base URL: onduty profiles show");
    return {
      findings: [findingFor("proxy", name).ok("none"), finding],
      blockedBy: found.problem === null ? null : "the host was not found",
    };
  }
  const { finding, open } = await checkProxy(ctx, name, proxy, { own: own !== undefined, ms: stepMs });
  if (!open) return { findings: [finding], blockedBy: "no connection through the proxy" };
  return { findings: [finding, dns.ok(`${baseUrl.hostname} is looked up by the proxy`)], blockedBy: null };
}

async function checkProxy(
  ctx: Context,
  name: string,
  address: string,
  { own, ms }: { own: boolean; ms: number },
): Promise<{ finding: Finding; open: boolean }> {
  const { ok, problem } = findingFor("proxy", name);
  const from = own ? "profile" : "environment";
  const hint = own ? "onduty profiles show" : "are HTTPS_PROXY, HTTP_PROXY and NO_PROXY right?";
  const closed = (text: string) => ({ finding: problem(`${text} (${from})`, hint), open: false });
  // Neither user nor password is shown.
  const { protocol, hostname, port } = URL.canParse(address) ? new URL(address) : new URL("none:");
  if (!/^https?:$/.test(protocol)) return closed("the address of the proxy is not an http:// or https:// URL");
  const shown = `${protocol}//${hostname}${port === "" ? "" : `:${port}`}`;
  const found = await lookUp(hostname, ms);
  if (found.problem !== null) return closed(`the proxy ${shown}: ${found.problem}`);
  try {
    const signal = deadline(ctx.signal, ms);
    await openConnection(hostname, Number(port || (protocol === "https:" ? 443 : 80)), signal);
    return { finding: ok(`through ${shown} (${from})`), open: true };
  } catch (error) {
    return closed(describeFailure(error, `the proxy ${shown}`, ms).text);
  }
}

/** The addresses of a host in words. */
async function lookUp(host: string, ms: number): Promise<{ text: string; problem: string | null }> {
  const silent = { text: "", problem: `no DNS server resolved ${host} within ${ms / 1000} s` };
  const words = async (): Promise<typeof silent | { text: string; problem: null }> => {
    const found = await findHost(host, ms);
    if (found === "silent") return silent;
    const [first = "nowhere", ...others] = found;
    if (host.includes(first)) return { text: `${first} needs no lookup`, problem: null };
    return { text: `${host} is ${first}${others.length === 0 ? "" : ` and ${others.length} more`}`, problem: null };
  };
  try {
    return await within(ms * 2, words(), silent);
  } catch (error) {
    return { text: "", problem: describeFailure(error, host, ms).text };
  }
}

async function checkCertificate(target: ProbeTarget, name: string): Promise<Finding> {
  const { ok, warning, problem, unknown } = findingFor("tls", name);
  const { baseUrl, timeoutMs } = target;
  if (baseUrl.protocol !== "https:") {
    if (isLoopback(baseUrl.hostname)) return ok("not needed: the server is on this machine");
    return warning(
      "not used: the key goes out in clear text",
      "a profile with an https:// address keeps it to the server",
    );
  }
  try {
    const { validTo, issuer, protocol, problem: why } = await readCertificate(target);
    const left = Math.floor((validTo.getTime() - target.now().getTime()) / dayMs);
    const on = validTo.toISOString().slice(0, 10);
    const renew = `have the certificate of ${baseUrl.host} renewed`;
    if (left < 0) {
      const ago = Math.floor((target.now().getTime() - validTo.getTime()) / dayMs);
      return problem(
        `the certificate of ${baseUrl.host} expired on ${on}, ${count(ago, "day")} ago, issued by ${issuer}`,
        renew,
      );
    }
    const until = `valid until ${on}, ${count(left, "day")} left, issued by ${issuer}`;
    if (why !== null) {
      const { text, hint } = describeFailure(why, baseUrl.host, timeoutMs);
      return problem(`${text}, ${until}`, hint ?? null);
    }
    return left <= fewDays ? warning(`${protocol}, ${until}`, renew) : ok(`${protocol}, ${until}`);
  } catch (error) {
    if (error instanceof CliError) return failed("tls", name, error);
    return unknown(describeFailure(error, baseUrl.host, timeoutMs).text);
  }
}

async function checkReach(target: ProbeTarget, name: string): Promise<{ findings: Finding[]; open: boolean }> {
  const latency = findingFor("latency", name);
  const clock = findingFor("clock", name);
  try {
    const { latencyMs, connectMs, clockAheadMs } = await reach(target);
    const text = `${latencyMs} ms, ${connectMs} ms with the connection`;
    const slow = latencyMs > slowMs;
    return {
      findings: [
        slow ? latency.warning(text, "--timeout 60s waits longer") : latency.ok(text),
        judgeClock(clock, clockAheadMs),
      ],
      open: true,
    };
  } catch (error) {
    const { text, hint } =
      error instanceof CliError
        ? { text: error.message, hint: error.hint }
        : describeFailure(error, target.baseUrl.host, target.timeoutMs);
    const findings = [latency.problem(text, hint ?? null), skipped("clock", name, "the server did not respond")];
    return { findings, open: false };
  }
}

function judgeClock({ ok, warning, problem, unknown }: ReturnType<typeof findingFor>, aheadMs: number | null): Finding {
  if (aheadMs === null) return unknown("the server does not report its time");
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  // The Date header has a resolution of one second.
  if (seconds <= 1) return ok("as the server's");
  const text = `${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} the server's`;
  if (seconds * 1000 <= clockOffMs) return ok(text);
  const hint = "set the clock of this machine, e.g. timedatectl set-ntp true";
  return seconds * 1000 <= clockWrongMs ? warning(text, hint) : problem(text, hint);
}

async function checkKeys({ ctx, options, stepMs }: ProfileCheck, settings: ResolvedSettings): Promise<Finding[]> {
  const { name } = settings;
  const connecting = { ...options, profile: name, timeout: stepMs, keyTimeoutMs: stepMs * 2, maxWait: 0 };
  const asking = { ...connecting, dryRun: false, quiet: true };
  let isUnknown = false;
  const findings = await Promise.all(
    [...settings.keys.keys()].map(async (kind) => {
      const { unknown } = findingFor("key", name);
      const ask = async (): Promise<Finding> => {
        const { provider, connection } = await ctx.connect(asking);
        const verdict = await provider.validateKey(connection, kind);
        isUnknown ||= verdict.status === "unknown" && verdict.uncheckable !== true && verdict.wrongServer !== true;
        return toFinding(name, kind, verdict);
      };
      // A key command may wait for a person, and a vendor is asked several things.
      const silent = `${kind} key: no response within ${(stepMs * 3) / 1000} s`;
      const late = { ...unknown(silent, `onduty keys validate ${name}`), unsure: true } as const;
      return within(stepMs * 3, ask(), late).catch((error: unknown) => failed("key", name, error));
    }),
  );
  return isUnknown ? [...findings, ...(await checkServer(ctx, asking))] : findings;
}

/** Whether the server reports itself why it gives no result. */
async function checkServer(ctx: Context, options: ConnectOptions & { profile: string }): Promise<Finding[]> {
  const { problem } = findingFor("server", options.profile);
  try {
    const { provider, connection } = await ctx.connect(options);
    const outage = await provider.findOutage?.(connection);
    return outage === undefined ? [] : [problem(outage, "onduty doctor, once it is back")];
  } catch (error) {
    return [failed("server", options.profile, error)];
  }
}

function toFinding(name: string, kind: KeyKind, verdict: KeyVerdict): Finding {
  const { status, message, scopes, uncheckable, wrongServer } = verdict;
  const { ok, warning, problem, unknown } = findingFor("key", name);
  const use = status === "valid" && scopes.granted.length > 0 ? `, for ${scopes.granted.join(" ")}` : "";
  // A condition behind "valid," would read as one of the key.
  const text = `${kind} key: ${status}${use}${message === null ? "" : `${status === "valid" ? ";" : ","} ${message}`}`;
  switch (status) {
    case "valid":
      return ok(text);
    case "restricted":
      return warning(text, `onduty keys validate ${name}`);
    case "unknown":
      if (wrongServer === true)
        return problem(text, name === "env" ? "set ONDUTY_BASE_URL" : `onduty profiles edit ${name} --base-url URL`);
      if (uncheckable === true) return unknown(text);
      return { ...unknown(text, `onduty keys validate ${name}`), unsure: true };
    default:
      return problem(text, `onduty keys set ${name}${kind === "api" ? "" : ` --kind ${kind}`}`);
  }
}

function notChecked(name: string, settings: ResolvedSettings, why: string): Finding[] {
  return [skipped("tls", name, why), ...notReached(name, why), ...keysNotChecked(name, settings, why)];
}

function notReached(name: string, why: string): Finding[] {
  return ["latency", "clock"].map((check) => skipped(check, name, why));
}

function keysNotChecked(name: string, { keys }: ResolvedSettings, why: string): Finding[] {
  return [...keys.keys()].map((kind) => skipped("key", name, why, `${kind} key: `));
}
