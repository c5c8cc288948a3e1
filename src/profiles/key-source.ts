import { mistakenKind } from "../keys/forms.ts";
import { maskKey, redact } from "../keys/mask.ts";
import { type KeyKind, type KeySource, keyNames } from "../model/key.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";

/* Descriptions of where keys are stored, without the key. */

/** Where a key lives, without the key: its masked form, the command, or the variable. */
export function describeSource(
  source: KeySource,
  vendors: readonly VendorDescriptor[] = allVendors,
): { key: string | null; source: string } {
  if ("text" in source) return { key: maskKey(source.text, vendors), source: "config file" };
  if ("command" in source) return { key: null, source: `command: ${redact(source.command, [], vendors)}` };
  return { key: null, source: "env" in source ? `environment: ${source.env}` : `keyring: ${source.keyring}` };
}

/** A key as it may be shown, as far as it is known without running a command or asking the keyring for it. */
export function maskedKey(
  source: KeySource,
  env: Readonly<Record<string, string | undefined>>,
  vendors: readonly VendorDescriptor[],
): string | null {
  if ("text" in source) return maskKey(source.text, vendors);
  const value = "env" in source ? env[source.env] : undefined;
  return value ? maskKey(value, vendors) : null;
}

/** What keys of a kind can do alone, and no others. */
const onlyDoes: Partial<Record<KeyKind, string>> = {
  integration: "can only send events",
  change: "can only send change events",
};

/** Why a key of this kind looks wrong; null if it does not. */
export function suspicion(
  vendor: VendorDescriptor | undefined,
  kind: KeyKind,
  source: KeySource,
  vendors: readonly VendorDescriptor[] = allVendors,
): string | null {
  if ("command" in source && redact(source.command, [], vendors) !== source.command)
    return "warning: a key stands in the key command itself, where process lists show it; onduty keys set --stdin stores one";
  if (vendor === undefined || !("text" in source)) return null;
  const other = mistakenKind(vendor, kind, source.text);
  if (other === undefined) return null;
  const only = onlyDoes[other] === undefined ? "" : `, which ${onlyDoes[other]}`;
  return `warning: this looks like ${withArticle(keyNames[other])}${only}; store it with --kind ${other}`;
}

/** The warning for a key of a new profile that was stored as another kind, because of its form. */
export function storedAs(kind: KeyKind, name: string): string {
  const only = onlyDoes[kind] === undefined ? "" : `: it ${onlyDoes[kind]}`;
  return `warning: the key looks like ${withArticle(keyNames[kind])} and is stored as one${only}; onduty keys set ${name} adds an API key`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}
