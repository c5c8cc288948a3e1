import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";
import { readFailure, tightenFile } from "./access.ts";
import { type Config, parse, toConfig } from "./format.ts";

export { type Config, keyField, type Profile } from "./format.ts";

export interface ConfigStore {
  readonly file: string;
  /**
   * Reads the configuration; an empty one without a file. Tightens modes that are too wide, with a notice.
   *
   * @throws {CliError} `usage` with path and line when it is not JSON or has an unknown shape
   */
  load(): Promise<Config>;
  /** The same without checking modes and without notices. @throws {CliError} as `load` does */
  peek(): Promise<Config>;
  /**
   * Reads, changes and writes under a lock, atomically; simultaneous processes lose no change.
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
  /** Called each time it was read. */
  onRead?(config: Config): void;
  /** Vendors that a profile may name; default: all. */
  vendors?: readonly VendorDescriptor[];
}

/** The configuration on disk. Every command reads it, so the code that writes it is loaded only when needed. */
export function createConfigStore({ dir, notice, onRead, vendors = allVendors }: StoreOptions): ConfigStore {
  const file = join(dir, "config.json");
  const parseText = (text: string) => parse(text, vendors);

  async function peek(): Promise<Config> {
    try {
      const config = toConfig(parseText(readFileSync(file, "utf8")));
      onRead?.(config);
      return config;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The home may be a file, such as /dev/null for some services: then no configuration exists either.
      if (code === "ENOENT" || code === "ENOTDIR") return { profiles: new Map() };
      throw await readFailure(error, file);
    }
  }

  return {
    file,
    peek,
    async load() {
      tightenFile(file, notice);
      return peek();
    },
    async update(change) {
      const { updateConfig } = await import("./update.ts");
      return updateConfig({ dir, file, parse: parseText, notice }, change);
    },
  };
}
