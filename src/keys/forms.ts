import type { KeyKind } from "../model/key.ts";
import type { KeyForm, VendorDescriptor } from "../providers/descriptor.ts";

/** The forms and names of all vendors' keys, as patterns for texts. */
export interface KnownKeys {
  /** Prefixes that a masked key shows. */
  prefixes: readonly string[];
  /** A key as a word of its own. */
  word: RegExp;
  /** Keys anywhere in a text, of unambiguous forms only; undefined when no form is known. */
  inText: RegExp | undefined;
  /** Names under which requests carry keys, as alternatives of a regular expression; undefined for none. */
  query: string | undefined;
  headers: string | undefined;
  fields: string | undefined;
}

const known = new WeakMap<readonly VendorDescriptor[], KnownKeys>();

/** Computed once for each list: texts are masked often. */
export function knownKeys(vendors: readonly VendorDescriptor[]): KnownKeys {
  const made = known.get(vendors) ?? gather(vendors);
  known.set(vendors, made);
  return made;
}

/**
 * The kind that a key has by its form, when that differs from `kind`, as which it is stored. Undefined when the form is unknown
 * or fits.
 */
export function mistakenKind({ keys }: VendorDescriptor, kind: KeyKind, key: string): KeyKind | undefined {
  const own = keys[kind];
  if (own === undefined || (own.forms ?? []).some((form) => hasForm(key, form))) return undefined;
  return (Object.keys(keys) as KeyKind[]).find((other) =>
    (keys[other]?.forms ?? []).some((form) => hasForm(key, form)),
  );
}

/** Compares the prefix only: a key with a typing error later on is still of that kind. */
function hasForm(key: string, { prefix, pattern }: KeyForm): boolean {
  return prefix === undefined ? new RegExp(`^(?:${pattern.source})$`).test(key) : key.startsWith(prefix);
}

function gather(vendors: readonly VendorDescriptor[]): KnownKeys {
  const keys = vendors.flatMap((vendor) => Object.values(vendor.keys));
  const forms = keys.flatMap((key) => key.forms ?? []);
  const clear = forms.filter(({ ambiguous }) => ambiguous !== true).map(({ pattern }) => pattern.source);
  const unclear = forms.filter(({ ambiguous }) => ambiguous === true).map(({ pattern }) => pattern.source);
  const never = "(?!)";
  return {
    prefixes: forms.flatMap(({ prefix }) => prefix ?? []),
    // Everything after a known prefix counts as part of the key.
    word: new RegExp(`^(?:${any(clear) ?? never})|^(?:${any(unclear) ?? never})$`),
    inText: clear.length === 0 ? undefined : new RegExp(`\\b(?:${any(clear)})`, "g"),
    query: any(keys.flatMap(({ carriedBy }) => carriedBy?.query ?? [])),
    headers: any(keys.flatMap(({ carriedBy }) => carriedBy?.headers ?? [])),
    fields: any(keys.flatMap(({ carriedBy }) => carriedBy?.fields ?? [])),
  };
}

function any(alternatives: readonly string[]): string | undefined {
  return alternatives.length === 0 ? undefined : [...new Set(alternatives)].join("|");
}
