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
