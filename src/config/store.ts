import { readFile } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";
import { readFailure, tightenFile } from "./access.ts";
import { type Config, parse, toConfig } from "./format.ts";

export { type Config, keyField, type Profile } from "./format.ts";

export interface ConfigStore {
  readonly file: string;
  /**
   * What is stored; an empty configuration when there is no file. Tightens modes that are too wide, with a notice.
   *
   * @throws {CliError} `usage` with path and line when it is not JSON or has an unknown shape
   */
  load(): Promise<Config>;
  /** The same without a look at modes and without notices. @throws {CliError} as `load` does */
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
  /** Called when modes were tightened. */
  notice(text: string): void;
  /** Vendors that a profile may name; default: all. */
  vendors?: readonly VendorDescriptor[];
}

/** The configuration on disk: read plainly, since every command reads it; what writes it is loaded only then. */
export function createConfigStore({ dir, notice, vendors = allVendors }: StoreOptions): ConfigStore {
  const file = join(dir, "config.json");
  const parseText = (text: string) => parse(text, vendors);

  async function peek(): Promise<Config> {
    try {
      return toConfig(parseText(await promisify(readFile)(file, "utf8")));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A home that is a file, such as the /dev/null of some services, holds none either.
      if (code === "ENOENT" || code === "ENOTDIR") return { profiles: new Map() };
      throw await readFailure(error, file);
    }
  }

  return {
    file,
    peek,
    async load() {
      await tightenFile(file, notice);
      return peek();
    },
    async update(change) {
      const { updateConfig } = await import("./update.ts");
      return updateConfig({ dir, file, parse: parseText, notice }, change);
    },
  };
}
