import { type Keyring, KeyringError } from "../../src/keys/keyring.ts";

export interface MemoryKeyring extends Keyring {
  entries: Map<string, string>;
}

/** A keyring in memory. */
export function memoryKeyring(): MemoryKeyring {
  const entries = new Map<string, string>();
  return {
    entries,
    get: async (account) => entries.get(account) ?? null,
    async set(account, key) {
      entries.set(account, key);
    },
    async remove(account) {
      entries.delete(account);
    },
  };
}

/** A machine where no keyring answers. */
export function noKeyring(reason = "there is none"): Keyring {
  const fail = async (): Promise<never> => {
    throw new KeyringError(reason, "install one");
  };
  return { get: fail, set: fail, remove: fail };
}
