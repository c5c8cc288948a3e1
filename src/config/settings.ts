import { CliError, usageError } from "../errors.ts";
import { quoted } from "../keys/read.ts";
import { type KeyKind, type KeySource, keyKinds } from "../model/key.ts";
import { isLoopback } from "../model/loopback.ts";
import { nearest, unlessBlank } from "../model/text.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors, providerNames, vendorNamed } from "../providers/index.ts";
import { type Config, keyField, type Profile } from "./store.ts";

/** A value and its source: `profile`, `default`, or the name of an environment variable. */
export interface Sourced<Value> {
  value: Value;
  from: string;
}

/** A resolved profile: every value with its source. */
export interface ResolvedSettings {
  name: string;
  /** What selected this profile: `--profile`, `ONDUTY_PROFILE`, `ONDUTY_PROVIDER` or `current`. */
  chosenBy: string;
  vendor: VendorDescriptor;
  values: {
    baseUrl: Sourced<string>;
    service?: Sourced<string>;
    routingKey?: Sourced<string>;
    user?: Sourced<string>;
    caFile?: Sourced<string>;
    proxy?: Sourced<string>;
    allowHttp?: Sourced<boolean>;
  };
  keys: Map<KeyKind, { source: KeySource; from: string }>;
}

export interface SettingsInput {
  /** The `--profile` option. */
  named?: string;
  env: Readonly<Record<string, string | undefined>>;
  config: Config;
  /** Vendors that a profile may name; default: all. */
  vendors?: readonly VendorDescriptor[];
}

/** Name of the environment profile. */
export const environmentProfile = "env";

/** Variables that override a stored profile. Keys and base URL do not: a key goes only to its own profile's origin. */
const overrides = { service: "ONDUTY_SERVICE", routingKey: "ONDUTY_ROUTING_KEY", user: "ONDUTY_USER" } as const;

/** Our own names for the keys of the environment profile. */
export const keyVariables: Record<KeyKind, string> = {
  api: "ONDUTY_API_KEY",
  integration: "ONDUTY_INTEGRATION_KEY",
  change: "ONDUTY_CHANGE_KEY",
};

/**
 * Resolves the profile and each of its values: option, then environment, then profile, then default.
 *
 * @throws {CliError} `usage` when no profile is set, or it is incomplete
 */
export function resolveSettings({ named, env, config, vendors = allVendors }: SettingsInput): ResolvedSettings {
  const asked = named ?? (env.ONDUTY_PROFILE || undefined);
  const chosenBy = named !== undefined ? "--profile" : "ONDUTY_PROFILE";
  const hasEnvironment = Boolean(env.ONDUTY_PROVIDER);
  // A stored profile of that name comes first, since the user named it.
  if (asked === environmentProfile && hasEnvironment && !config.profiles.has(asked))
    return fromEnvironment(env, vendors, chosenBy);
  if (asked !== undefined) return fromProfile(asked, { config, env, vendors }, chosenBy);
  if (hasEnvironment) return fromEnvironment(env, vendors, "ONDUTY_PROVIDER");
  if (config.current !== undefined) return fromProfile(config.current, { config, env, vendors }, "current");
  const [first] = config.profiles.keys();
  if (first !== undefined) throw usageError("no profile is chosen", `onduty profiles use ${first}`);
  throw usageError(
    "no profile yet",
    "onduty profiles add prod (to try: onduty sandbox --add-profiles; in CI: set ONDUTY_PROVIDER and ONDUTY_API_KEY)",
  );
}

function fromProfile(
  name: string,
  { config, env, vendors }: Required<Omit<SettingsInput, "named">>,
  chosenBy: string,
): ResolvedSettings {
  const profile = config.profiles.get(name);
  if (profile === undefined) throw unknownProfile(name, config);
  const vendor = readVendor(profile.provider, `profile "${name}": the provider`, vendors);
  const baseUrl = checkStoredUrl(name, profile, vendor);
  const values: ResolvedSettings["values"] = { baseUrl: { value: baseUrl, from: "profile" } };
  for (const field of ["service", "routingKey", "user", "caFile", "proxy"] as const) {
    const variable = field in overrides ? overrides[field as keyof typeof overrides] : undefined;
    const ruling = variable === undefined ? undefined : unlessBlank(env[variable]);
    const stored = unlessBlank(profile[field]);
    if (ruling !== undefined && variable !== undefined) values[field] = { value: ruling, from: variable };
    else if (stored !== undefined) values[field] = { value: stored, from: "profile" };
  }
  if (profile.allowHttp !== undefined) values.allowHttp = { value: profile.allowHttp, from: "profile" };
  const keys: ResolvedSettings["keys"] = new Map();
  for (const kind of keyKinds) {
    const source = profile[keyField[kind]];
    if (source !== undefined) keys.set(kind, { source, from: "profile" });
  }
  return { name, chosenBy, vendor, values, keys };
}

/** The file may have been edited by hand, so its base URL is checked as in `profiles add`. */
function checkStoredUrl(name: string, { baseUrl, allowHttp }: Profile, vendor: VendorDescriptor): string {
  try {
    const secure = (url: string) => `onduty profiles edit ${name} --base-url ${url}, or --allow-http if you must`;
    return checkBaseUrl(baseUrl, vendor, allowHttp === true, secure);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw usageError(`profile "${name}": ${error.message}`, error.hint);
  }
}

function fromEnvironment(
  env: SettingsInput["env"],
  vendors: readonly VendorDescriptor[],
  chosenBy: string,
): ResolvedSettings {
  const vendor = readVendor(env.ONDUTY_PROVIDER ?? "", "ONDUTY_PROVIDER", vendors, (near) => `ONDUTY_PROVIDER=${near}`);
  const given = env.ONDUTY_BASE_URL || undefined;
  const baseUrl = given ?? vendor.baseUrl.default;
  if (baseUrl === undefined)
    throw usageError(
      `ONDUTY_PROVIDER is ${vendor.name}, but ONDUTY_BASE_URL is not set`,
      `export ONDUTY_BASE_URL=${vendor.baseUrl.example}`,
    );
  const values: ResolvedSettings["values"] = {
    baseUrl: {
      value: checkBaseUrl(baseUrl, vendor, false, (url) => `export ONDUTY_BASE_URL=${url}`),
      from: given === undefined ? "default" : "ONDUTY_BASE_URL",
    },
  };
  for (const [field, variable] of Object.entries(overrides)) {
    const value = unlessBlank(env[variable]);
    if (value !== undefined) values[field as keyof typeof overrides] = { value, from: variable };
  }
  const keys: ResolvedSettings["keys"] = new Map();
  for (const kind of keyKinds) {
    const names = [keyVariables[kind], ...(vendor.keys[kind]?.variables ?? [])];
    const variable = names.find((name) => env[name]);
    if (variable !== undefined) keys.set(kind, { source: { env: variable }, from: variable });
  }
  return { name: environmentProfile, chosenBy, vendor, values, keys };
}

/** Whether the profile is that of the environment, unless a stored one has its name. `named` is the `--profile` option. */
export function usesEnvironment(named: string | undefined, env: SettingsInput["env"]): boolean {
  const asked = named ?? (env.ONDUTY_PROFILE || undefined);
  return Boolean(env.ONDUTY_PROVIDER) && (asked === undefined || asked === environmentProfile);
}

/** Name of the default profile; undefined for none. A profile of that name may be missing. */
export function chosenProfile(env: SettingsInput["env"], config: Config): string | undefined {
  return env.ONDUTY_PROFILE || (env.ONDUTY_PROVIDER ? environmentProfile : config.current);
}

/** The names of all profiles, that of the environment first. */
export function everyProfile(env: SettingsInput["env"], config: Config): string[] {
  return [...new Set([...(env.ONDUTY_PROVIDER ? [environmentProfile] : []), ...config.profiles.keys()])];
}

/** The same, to be asked. @throws {CliError} `usage` where one would be left out, by the name of the environment profile */
export function profilesToBeAsked(env: SettingsInput["env"], config: Config): string[] {
  if (!env.ONDUTY_PROVIDER || !config.profiles.has(environmentProfile)) return everyProfile(env, config);
  throw usageError(
    `the profile "${environmentProfile}" is there twice: in the configuration and in the environment (ONDUTY_PROVIDER)`,
    `onduty profiles rename ${environmentProfile} NAME`,
  );
}

/** The error for an unknown profile, with similar names. */
export function unknownProfile(name: string, config: Config): Error {
  const names = [...config.profiles.keys()];
  const near = nearest(name, names);
  const known = names.length === 0 ? "no profile yet" : `known: ${names.slice(0, 10).join(", ")}`;
  const hint = near[0] === undefined ? "onduty profiles list" : `did you mean ${near[0]}?`;
  return usageError(`unknown profile ${quoted(name)}; ${known}`, hint);
}

/** @throws {CliError} `usage` when it names no known vendor */
export function readVendor(
  word: string,
  what: string,
  vendors: readonly VendorDescriptor[] = allVendors,
  hintFor = (near: string | undefined): string | undefined => near,
): VendorDescriptor {
  const vendor = vendorNamed(word.toLowerCase(), vendors);
  if (vendor !== undefined) return vendor;
  const known = providerNames(vendors);
  throw usageError(
    `${what} ${quoted(word, vendors)} is not a provider; known: ${known.join(", ")}`,
    hintFor(nearest(word, known)[0] ?? known[0]),
  );
}

/** @throws {CliError} `usage` when it could not be a profile's name */
export function checkProfileName(name: string): string {
  if (name === environmentProfile)
    throw usageError(`"${name}" is the name of the profile that the environment gives`, "choose another name");
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name)) return name;
  throw usageError(
    `${quoted(name)} cannot be the name of a profile`,
    "up to 64 letters, digits, dots, underscores and dashes",
  );
}

/** Every environment variable that may hold a key of the environment profile. */
export function keyVariableNames(vendors: readonly VendorDescriptor[] = allVendors): string[] {
  const own = vendors.flatMap(({ keys }) => Object.values(keys).flatMap(({ variables = [] }) => variables));
  return [...Object.values(keyVariables), ...own];
}

/** Shorter ones are no keys of any vendor, and could be words of other texts. */
const minKeyChars = 8;

/** The stored keys that can be read without asking anybody: those in the file, and in the variables that it names. */
export function readableKeys({ profiles }: Config, env: SettingsInput["env"]): string[] {
  return [...profiles.values()].flatMap((profile) =>
    Object.values(keyField).flatMap((field) => {
      const source = profile[field];
      if (source === undefined) return [];
      const key = "text" in source ? source.text : "env" in source ? env[source.env] : undefined;
      return key !== undefined && key.trim().length >= minKeyChars ? key.trim() : [];
    }),
  );
}

/**
 * A base URL in its stored form: without parts that routes add, such as a slash at its end or OpsKnight's `/api`.
 *
 * @throws {CliError} `usage` on one that has no scheme, is not safe, or carries more than host and path; `secureHint` says where to put
 *   the same with TLS
 */
export function checkBaseUrl(
  text: string,
  vendor: VendorDescriptor,
  allowHttp: boolean,
  secureHint = (url: string): string => `${url}, or --allow-http if you must`,
): string {
  const { example, routePrefix = "" } = vendor.baseUrl;
  const shown = quoted(withoutUser(text));
  const scheme = /^[A-Za-z]+:\/\//.exec(text)?.[0] ?? "";
  if (!["http://", "https://"].includes(scheme.toLowerCase())) {
    const host = text.slice(scheme.length).replace(/^.*@/, "");
    const known = /^[\w.-]+(:\d+)?(\/[\w./-]*)?$/.test(host) && shown === `"${text}"`;
    throw usageError(`the base URL ${shown} has no scheme`, known ? `https://${host}` : example);
  }
  if (!URL.canParse(text)) throw usageError(`${shown} is not a URL`, example);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    throw usageError("the base URL must not hold a user or password", "onduty keys set stores keys");
  if (url.search !== "" || url.hash !== "")
    throw usageError("the base URL must end before ? and #", `${url.origin}${url.pathname}`);
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
    throw usageError(`http:// to ${url.host} would send keys in clear text`, secureHint(`https://${url.host}`));
  }
  const path = url.pathname.replace(/\/+$/, "");
  const cut = routePrefix !== "" && path.endsWith(routePrefix) ? path.slice(0, -routePrefix.length) : path;
  return `${url.origin}${cut}`;
}

/** @throws {CliError} `usage` when it could not be the address of a proxy */
export function checkProxy(text: string): string {
  if (/^https?:\/\/.+/i.test(text) && URL.canParse(text)) return text;
  throw usageError(
    `the proxy "${withoutUser(text)}" is not an http:// or https:// URL`,
    "--proxy http://proxy.example.com:3128",
  );
}

/** A base URL as it may be shown: one that was written into the file by hand may hold a password. */
export function shownBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.username === "" && url.password === "" ? text : withoutUser(text);
}

/** An address for messages, without the part before an @, which may be a password. */
function withoutUser(address: string): string {
  return address.replace(/^([A-Za-z]+:\/\/)?.*@/, "$1…@");
}
