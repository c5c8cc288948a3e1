import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError, usageError } from "../errors.ts";
import type { KeyKind } from "../model/key.ts";
import type { ProviderName } from "../providers/provider.ts";

/** Where a stored key comes from. */
export type KeySource = { text: string } | { command: string } | { env: string } | { keyring: true };

export interface Profile {
  provider: ProviderName;
  baseUrl: string;
  apiKey?: KeySource;
  integrationKey?: KeySource;
  changeKey?: KeySource;
  service?: string;
  routingKey?: string;
  user?: string;
  caFile?: string;
  proxy?: string;
  allowHttp?: boolean;
}

export interface Config {
  /** Name of the profile used when none is named. */
  current?: string;
  /** A `Map`, so that no name is special: `__proto__` is one like any other. */
  profiles: Map<string, Profile>;
}

export const keyField = { api: "apiKey", integration: "integrationKey", change: "changeKey" } as const satisfies Record<
  KeyKind,
  keyof Profile
>;

export interface ConfigStore {
  readonly file: string;
  /**
   * What is stored; an empty configuration when there is no file. Tightens modes that are too wide, and says so.
   *
   * @throws {CliError} `usage` with path and line when it is not JSON or has an unknown shape
   */
  load(): Promise<Config>;
  /** Reads, changes and writes under a lock, atomically; two processes at once lose nothing. */
  update(change: (config: Config) => void): Promise<Config>;
}

export interface StoreSetting {
  /** Folder of `config.json`. */
  dir: string;
  /** Told when modes were tightened. */
  notice(text: string): void;
}

const fileName = "config.json";
const stringFields = ["baseUrl", "service", "routingKey", "user", "caFile", "proxy"] as const;

/** The configuration on disk: read plainly, written under a lock with `conf`, which is loaded only then. */
export function createConfigStore({ dir, notice }: StoreSetting): ConfigStore {
  const file = join(dir, fileName);

  async function load(): Promise<Config> {
    const text = await readText(file);
    if (text === undefined) return { profiles: new Map() };
    await tighten(file, notice);
    return parseConfig(text, file);
  }

  async function update(change: (config: Config) => void): Promise<Config> {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const release = await lock(dir);
      try {
        const config = await load();
        change(config);
        await write(dir, config);
        return config;
      } finally {
        await release();
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof CliError || code === undefined) throw error;
      throw usageError(`cannot write ${file}: ${code}`, "export ONDUTY_CONFIG_DIR=DIR names another folder");
    }
  }

  return { file, load, update };
}

async function lock(dir: string): Promise<() => Promise<void>> {
  const { default: lockfile } = await import("proper-lockfile");
  // The lock of a process that was killed grows stale; waiting that long beats losing what it wrote.
  return lockfile.lock(dir, {
    lockfilePath: join(dir, "config.lock"),
    stale: 5000,
    update: 1000,
    retries: { retries: 200, factor: 1, minTimeout: 50, maxTimeout: 50 },
  });
}

async function write(dir: string, config: Config): Promise<void> {
  const { default: Conf } = await import("conf");
  const conf = new Conf<Record<string, unknown>>({
    cwd: dir,
    configName: "config",
    configFileMode: 0o600,
    // A profile named `eu.prod` is one name, not a path.
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: false,
    serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
  });
  const profiles: Record<string, Profile> = {};
  for (const [name, value] of config.profiles) {
    // An assignment to `__proto__` would set the prototype; a name must be a property like any other.
    Object.defineProperty(profiles, name, { value, enumerable: true, configurable: true, writable: true });
  }
  conf.store = { ...(config.current !== undefined && { current: config.current }), profiles };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw usageError(`cannot read ${file}: ${code}`);
  }
}

async function tighten(file: string, notice: (text: string) => void): Promise<void> {
  if (process.platform === "win32") return;
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  const was = (mode & 0o777).toString(8).padStart(4, "0");
  try {
    await chmod(file, 0o600);
    notice(`notice: ${file} could be read by others (${was}); its mode is 0600 now`);
  } catch {
    notice(`warning: ${file} can be read by others (${was}), and its mode cannot be changed`);
  }
}

/** Reads the text of the file. Names of profiles are kept in a map, so that none is special. */
function parseConfig(text: string, file: string): Config {
  const bad = (what: string, hint = "mend the file, or move it away"): CliError => usageError(`${file}: ${what}`, hint);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`line ${lineOf(text, (error as Error).message)} is not JSON`);
  }
  if (!isObject(value) || (value.profiles !== undefined && !isObject(value.profiles)))
    throw bad("line 1: not a configuration of onduty");
  const profiles = new Map<string, Profile>();
  for (const [name, entry] of Object.entries(value.profiles ?? {})) {
    profiles.set(
      name,
      toProfile(entry, (what) => bad(`line ${lineOfName(text, name)}: profile "${name}" ${what}`)),
    );
  }
  if (value.current !== undefined && typeof value.current !== "string")
    throw bad(`line ${lineOfName(text, "current")}: "current" is not a name`);
  return { ...(value.current !== undefined && { current: value.current }), profiles };
}

function toProfile(entry: unknown, bad: (what: string) => CliError): Profile {
  if (!isObject(entry)) throw bad("is not an object");
  const { provider } = entry;
  const known: readonly unknown[] = ["opsknight", "flashduty", "flotiq"];
  if (!known.includes(provider)) throw bad(`has no provider that is known: ${JSON.stringify(provider)}`);
  if (typeof entry.baseUrl !== "string") throw bad("has no baseUrl");
  for (const field of stringFields) {
    if (entry[field] !== undefined && typeof entry[field] !== "string") throw bad(`has a ${field} that is not text`);
  }
  for (const field of Object.values(keyField)) {
    if (entry[field] !== undefined && !isKeySource(entry[field])) throw bad(`has an ${field} of an unknown form`);
  }
  if (entry.allowHttp !== undefined && typeof entry.allowHttp !== "boolean")
    throw bad("has an allowHttp that is not true or false");
  return entry as object as Profile;
}

function isKeySource(value: unknown): boolean {
  if (!isObject(value)) return false;
  return ["text", "command", "env"].some((field) => typeof value[field] === "string") || value.keyring === true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line that JSON.parse complains of: it tells the position in different ways, or not at all at the end of the text. */
function lineOf(text: string, message: string): number {
  const [, line] = /line (\d+)/.exec(message) ?? [];
  if (line !== undefined) return Number(line);
  const [, position] = /position (\d+)/.exec(message) ?? [];
  return text.slice(0, position === undefined ? text.length : Number(position)).split("\n").length;
}

function lineOfName(text: string, name: string): number {
  const at = text.indexOf(`${JSON.stringify(name)}`);
  return text.slice(0, Math.max(0, at)).split("\n").length;
}
