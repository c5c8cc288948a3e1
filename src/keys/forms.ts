import type { KeyKind } from "../model/key.ts";
import type { KeyForm, VendorDescriptor } from "../providers/descriptor.ts";

/** What all vendors of a list know of their keys, made ready for texts. */
export interface KnownKeys {
  /** Beginnings that a masked key shows. */
  prefixes: readonly string[];
  /** A key as a word of its own. */
  word: RegExp;
  /** Keys anywhere in a text, as far as nothing else looks like them; undefined when no form is known. */
  inText: RegExp | undefined;
  /** Names under which requests carry keys, as alternatives of a regular expression; undefined where there is none. */
  query: string | undefined;
  headers: string | undefined;
  fields: string | undefined;
}

const known = new WeakMap<readonly VendorDescriptor[], KnownKeys>();

/** Made once for each list: texts are masked often. */
export function knownKeys(vendors: readonly VendorDescriptor[]): KnownKeys {
  const made = known.get(vendors) ?? gather(vendors);
  known.set(vendors, made);
  return made;
}

/**
 * The kind of a vendor's key that a key has the form of although it is stored as one of `kind`; undefined when its form says
 * nothing, or fits.
 */
export function mistakenKind({ keys }: VendorDescriptor, kind: KeyKind, key: string): KeyKind | undefined {
  const own = keys[kind];
  if (own === undefined || (own.forms ?? []).some((form) => hasForm(key, form))) return undefined;
  return (Object.keys(keys) as KeyKind[]).find((other) =>
    (keys[other]?.forms ?? []).some((form) => hasForm(key, form)),
  );
}

/** A beginning is enough: who mistypes the rest means that kind all the same. */
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
    // What follows a clear beginning is a key's, whatever else was typed behind it.
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
