import { oneLine } from "./control-characters.ts";
import { fingerprint } from "./fingerprint.ts";

/** Longest dedup key, in UTF-16 units, that every vendor takes. */
const maxLength = 200;

/** Makes a key from the name that another system uses. Characters that are not allowed or do not fit count through the hash. */
export function fitKey(name: string): string {
  const plain = oneLine(name).toWellFormed();
  return plain === name && name.length <= maxLength ? name : shortenKey(plain, fingerprint(name), true);
}

/** A key that fits. The part that is cut off counts through its hash. */
export function shortenKey(key: string, hash = fingerprint(key), always = false): string {
  if (key.length <= maxLength && !always) return key;
  // No half of a surrogate pair at the cut.
  const head = key.slice(0, maxLength - hash.length - 1).replace(/[\ud800-\udbff]$/, "");
  return `${head}~${hash}`;
}
