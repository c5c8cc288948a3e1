import { chmod, lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "../disk/lock.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { usageError } from "../errors.ts";
import { octal, readFailure, tightenFile, writeFailure } from "./access.ts";
import { openConf } from "./conf.ts";
import { type Config, type Stored, toConfig, toStored } from "./format.ts";

/** A process that writes holds the lock for milliseconds. */
const lockWaitMs = 10_000;
const lockLifeMs = 5000;

export interface ConfigFile {
  dir: string;
  /** `config.json` in `dir`. */
  file: string;
  /** @throws {FormatError} */
  parse(text: string): Stored;
  notice(text: string): void;
}

/** Reads, changes and writes the configuration under a lock, atomically. @throws {CliError} `usage` */
export async function updateConfig(config: ConfigFile, change: (config: Config) => void): Promise<Config> {
  try {
    await prepareFolder(config);
    return await underLock(config, () => rewrite(config, change));
  } catch (error) {
    throw writeFailure(error, config.file);
  }
}

async function rewrite({ dir, file, parse, notice }: ConfigFile, change: (config: Config) => void): Promise<Config> {
  tightenFile(file, notice);
  const conf = await openConf(dir, parse).catch(async (error: unknown) => {
    throw await readFailure(error, file);
  });
  const config = toConfig(conf.store);
  change(config);
  conf.store = toStored(config, conf.store);
  return config;
}

async function underLock<Result>({ dir, file }: ConfigFile, work: () => Promise<Result>): Promise<Result> {
  const release = await lock(join(dir, "config.lock"), { waitMs: lockWaitMs, foreignLifeMs: lockLifeMs });
  if (release === null) throw usageError(`cannot write ${file}: another onduty is writing it`, "try again");
  try {
    return await work();
  } finally {
    // The change is written, even when the lock cannot be removed.
    await release().catch(() => {});
  }
}

/** Creates the folder, for its owner alone. Tightens a folder that holds only our files; other folders stay unchanged. */
async function prepareFolder({ dir, file, notice }: ConfigFile): Promise<void> {
  const found = await lstat(dir).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    const target = await realpath(dir).catch(() => undefined);
    throw usageError(
      `cannot write ${file}: the folder is a symbolic link, and keys would end up elsewhere`,
      target === undefined ? `rm ${dir}` : `export ONDUTY_CONFIG_DIR=${target}`,
    );
  }
  const link = await readlink(file).catch(() => undefined);
  if (link !== undefined && (await realpath(file).catch(() => undefined)) === undefined)
    throw usageError(`cannot write ${file}: it is a symbolic link to ${link}, which does not exist`, `rm ${file}`);
  makeFolder(dir);
  if (process.platform === "win32" || found === undefined || (found.mode & 0o077) === 0) return;
  if ((await readdir(dir)).some((name) => !name.startsWith("config."))) return;
  await chmod(dir, 0o700);
  notice(`notice: ${dir} was open to others (${octal(found.mode)}); its mode is 0700 now`);
}
