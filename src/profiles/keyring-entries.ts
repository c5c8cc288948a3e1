import { randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import { KeyringError } from "../keys/keyring.ts";
import type { KeyKind, KeySource } from "../model/key.ts";
import type { Printer } from "../output/printer.ts";

/** Receives warnings at once, since a later step may fail. */
export type Warner = Pick<Printer, "warn">;

/**
 * Puts a key that was typed or piped in into the keyring, and gives the source that stands for it. Without a keyring
 * the key stays what it was, for the config file, with a warning.
 */
export async function intoKeyring(
  ctx: Context,
  warner: Warner,
  source: KeySource,
  { name, kind }: { name: string; kind: KeyKind },
): Promise<KeySource> {
  if (!("text" in source)) return source;
  // A name of its own for each key: profiles are renamed, and several configurations share one keyring.
  const account = `${name}/${kind}/${randomBytes(4).toString("hex")}`;
  try {
    await ctx.keyring.set(account, source.text);
    return { keyring: account };
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    await warner.warn(
      `warning: no keyring took the key: ${error.message}; it is stored in the config file (mode 0600)`,
    );
    await warner.warn(`hint: ${error.hint}`);
    return source;
  }
}

/** Removes what these sources left in the keyring, with a warning for what cannot be removed. False when some of it is left. */
export async function removeFromKeyring(
  ctx: Context,
  warner: Warner,
  sources: readonly (KeySource | undefined)[],
): Promise<boolean> {
  let isClean = true;
  for (const source of sources) {
    if (source === undefined || !("keyring" in source)) continue;
    try {
      await ctx.keyring.remove(source.keyring);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      await warner.warn(`warning: the keyring still has the key, as "${source.keyring}" of onduty: ${error.message}`);
      isClean = false;
    }
  }
  return isClean;
}
