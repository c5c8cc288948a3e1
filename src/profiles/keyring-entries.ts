import { randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import { ExitCode } from "../errors.ts";
import { KeyringError } from "../keys/keyring.ts";
import type { KeyKind, KeySource } from "../model/key.ts";
import type { Printer } from "../output/printer.ts";

/**
 * Puts a key that was typed or piped in into the keyring, and gives the source that stands for it. Where no keyring answers
 * the key stays what it was, for the config file, and that is said.
 */
export async function intoKeyring(
  ctx: Context,
  printer: Printer,
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
    await printer.warn(
      `warning: no keyring took the key: ${error.message}; it is stored in the config file (mode 0600)`,
    );
    await printer.warn(`hint: ${error.hint}`);
    return source;
  }
}

/** Removes what these sources left in the keyring; what cannot be removed is said, and ends with exit code 7. */
export async function removeFromKeyring(
  ctx: Context,
  printer: Printer,
  sources: readonly (KeySource | undefined)[],
): Promise<void> {
  for (const source of sources) {
    if (source === undefined || !("keyring" in source)) continue;
    try {
      await ctx.keyring.remove(source.keyring);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      await printer.warn(`warning: the keyring still has the key, as "${source.keyring}" of onduty: ${error.message}`);
      ctx.exitCode = ExitCode.partial;
    }
  }
}
