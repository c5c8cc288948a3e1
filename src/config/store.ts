import { readFile, stat } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError, usageError } from "../errors.ts";
import { redact } from "../keys/mask.ts";
import type { KeyKind, KeySource } from "../model/key.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors, providerNames } from "../providers/index.ts";
import { jsonErrorOffset, positionOf } from "./json-position.ts";

export interface Profile {
  /** Name of a vendor in the list. */
  provider: string;
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
  /** The same without a look at modes, and without a word. @throws {CliError} as `load` does */
  peek(): Promise<Config>;
  /**
   * Reads, changes and writes under a lock, atomically; two processes at once lose nothing.
   *
   * @throws {CliError} `usage` as `load` does, and when the folder is a symbolic link or cannot be written
   */
  update(change: (config: Config) => void): Promise<Config>;
}

export interface StoreOptions {
  /** Folder of `config.json`. */
  dir: string;
  /** Told when modes were tightened. */
  notice(text: string): void;
  /** Vendors that a profile may name; default: all. */
  vendors?: readonly VendorDescriptor[];
}

const fileName = "config.json";
const stringFields = ["baseUrl", "service", "routingKey", "user", "caFile", "proxy"] as const;

/** The configuration on disk: read plainly, written under a lock with `conf`, which is loaded only then. */
export function createConfigStore({ dir, notice, vendors = allVendors }: StoreOptions): ConfigStore {
  const file = join(dir, fileName);

  async function load(): Promise<Config> {
    const text = await readText(file);
    if (text === undefined) return { profiles: new Map() };
    await tighten(file, notice);
    return parseConfig(text, file, vendors);
  }

  async function peek(): Promise<Config> {
    const text = await readText(file);
    return text === undefined ? { profiles: new Map() } : parseConfig(text, file, vendors);
  }

  async function update(change: (config: Config) => void): Promise<Config> {
    try {
      await prepare(dir, notice);
      const held = await lock(dir);
      try {
        const config = await load();
        change(config);
        await write(dir, config, held.check);
        return config;
      } finally {
        await held.release();
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof CliError || code === undefined) throw error;
      if (code === "ELOCKED") throw usageError(`cannot write ${file}: another onduty is writing it`, "try again");
      throw usageError(
        `cannot write ${file}: ${reasons[code] ?? code}`,
        "export ONDUTY_CONFIG_DIR=DIR names another folder",
      );
    }
  }

  return { file, load, peek, update };
}

/** Loaded by what changes files: to read the one there is, node:fs will do, which is there anyway. */
const files = (): Promise<typeof import("node:fs/promises")> => import("node:fs/promises");

const reasons: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "its folder is a file",
  EEXIST: "its folder is a file",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
};

/** Makes the folder, for its owner alone. One that holds nothing but ours is tightened; others belong to the user. */
async function prepare(dir: string, notice: (text: string) => void): Promise<void> {
  const { chmod, lstat, mkdir, readdir, readlink, realpath } = await files();
  const there = await lstat(dir).catch(() => undefined);
  if (there?.isSymbolicLink()) {
    const target = await realpath(dir).catch(() => undefined);
    throw usageError(
      `cannot write ${join(dir, fileName)}: the folder is a symbolic link, and keys would end up elsewhere`,
      target === undefined ? `rm ${dir}` : `export ONDUTY_CONFIG_DIR=${target}`,
    );
  }
  const file = join(dir, fileName);
  const link = await readlink(file).catch(() => undefined);
  if (link !== undefined && (await realpath(file).catch(() => undefined)) === undefined)
    throw usageError(`cannot write ${file}: it is a symbolic link to ${link}, which is not there`, `rm ${file}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (process.platform === "win32" || there === undefined || (there.mode & 0o077) === 0) return;
  if ((await readdir(dir)).some((name) => !name.startsWith("config."))) return;
  await chmod(dir, 0o700);
  notice(`notice: ${dir} was open to others (${octal(there.mode)}); its mode is 0700 now`);
}

interface HeldLock {
  release(): Promise<void>;
  /** @throws {CliError} when another process has taken the lock over, because this one had stood still */
  check(): void;
}

async function lock(dir: string): Promise<HeldLock> {
  const { default: lockfile } = await import("proper-lockfile");
  // The lock of a process that was killed grows stale; waiting that long beats losing what it wrote.
  let lost = false;
  const release = await lockfile.lock(dir, {
    lockfilePath: join(dir, "config.lock"),
    stale: 5000,
    update: 1000,
    retries: { retries: 200, factor: 1, minTimeout: 50, maxTimeout: 50 },
    onCompromised: () => {
      lost = true;
    },
  });
  return {
    // What was written counts, also when the lock went away meanwhile.
    release: () => release().catch(() => {}),
    check() {
      if (lost) throw usageError(`cannot write ${join(dir, fileName)}: another onduty has written it`, "try again");
    },
  };
}

async function write(dir: string, config: Config, check: () => void): Promise<void> {
  const { default: Conf } = await import("conf");
  const conf = new Conf<Record<string, unknown>>({
    cwd: dir,
    configName: "config",
    configFileMode: 0o600,
    // A profile named `eu.prod` is one name, not a path.
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: false,
    deserialize: (text) => JSON.parse(withoutMark(text)) as Record<string, unknown>,
    serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
  });
  const profiles: Record<string, Profile> = {};
  for (const [name, value] of config.profiles) {
    // An assignment to `__proto__` would set the prototype; a name must be a property like any other.
    Object.defineProperty(profiles, name, { value, enumerable: true, configurable: true, writable: true });
  }
  // What a newer version keeps next to ours stays.
  const { current: _current, profiles: _profiles, ...others } = conf.store;
  check();
  conf.store = { ...(config.current !== undefined && { current: config.current }), profiles, ...others };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return withoutMark(await promisify(readFile)(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A home that is a file, such as the /dev/null of some services, holds none either.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const hint = code === "EISDIR" ? "move the folder away" : "export ONDUTY_CONFIG_DIR=DIR names another folder";
    throw usageError(`cannot read ${file}: ${reasons[code ?? ""] ?? code}`, hint);
  }
}

/** Some editors of Windows put a byte order mark in front. */
function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

async function tighten(file: string, notice: (text: string) => void): Promise<void> {
  if (process.platform === "win32") return;
  const { mode } = await promisify(stat)(file);
  if ((mode & 0o077) === 0) return;
  const { chmod } = await files();
  const was = octal(mode);
  try {
    await chmod(file, 0o600);
    notice(`notice: ${file} could be read by others (${was}); its mode is 0600 now`);
  } catch {
    notice(`warning: ${file} can be read by others (${was}), and its mode cannot be changed`);
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

/** Reads the text of the file. Names of profiles are kept in a map, so that none is special. */
function parseConfig(text: string, file: string, vendors: readonly VendorDescriptor[]): Config {
  const known = providerNames(vendors);
  const bad = (offset: number, what: string): CliError => {
    const { line, column } = positionOf(text, offset);
    return usageError(`${file}:${line}:${column}: ${what}`, "mend the file, or move it away");
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad(jsonErrorOffset(text), "not JSON");
  }
  if (!isObject(value)) throw bad(0, "not a configuration of onduty");
  const { current, profiles: entries = {} } = value;
  const start = offsetOfName(text, "profiles", 0);
  if (!isObject(entries)) throw bad(start, "not a configuration of onduty: profiles is not an object");
  const profiles = new Map<string, Profile>();
  for (const [name, entry] of Object.entries(entries)) {
    // The name may also stand elsewhere, as that of the current profile.
    const wrong = (what: string): CliError => bad(offsetOfName(text, name, start), `profile "${name}" ${what}`);
    profiles.set(name, toProfile(entry, known, wrong));
  }
  if (current !== undefined && typeof current !== "string")
    throw bad(offsetOfName(text, "current", 0), '"current" is not a name');
  return { ...(current !== undefined && { current }), profiles };
}

function toProfile(entry: unknown, known: readonly unknown[], bad: (what: string) => CliError): Profile {
  if (!isObject(entry)) throw bad("is not an object");
  const { provider } = entry;
  if (!known.includes(provider))
    throw bad(`has no provider that is known: ${redact(JSON.stringify(provider) ?? "none", [])}`);
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
  const [field, ...more] = Object.keys(value);
  if (field === undefined || more.length > 0) return false;
  return isSourceField(field) && typeof value[field] === "string";
}

function isSourceField(field: string): boolean {
  return field === "text" || field === "command" || field === "env" || field === "keyring";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where the property of that name stands, as far as the text tells without being parsed again. */
function offsetOfName(text: string, name: string, from: number): number {
  const quoted = JSON.stringify(name).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = text.slice(from).search(new RegExp(`${quoted}\\s*:`));
  return found === -1 ? from : from + found;
}
