import { encodePart } from "../model/text.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";
import { knownKeys } from "./forms.ts";

/** A masked key: known prefix and last four characters, `sk_live_…c123`; `…` when under 12 characters. */
export function maskKey(key: string, vendors: readonly VendorDescriptor[] = allVendors): string {
  if (key.length < 12) return "…";
  const { prefixes } = knownKeys(vendors);
  const prefix = prefixes.find((known) => key.startsWith(known) && key.length >= known.length + 8) ?? "";
  return `${prefix}…${key.slice(-4)}`;
}

type Pattern = [pattern: RegExp, replacement: string | ((word: string) => string)];

const patternsOf = new WeakMap<readonly VendorDescriptor[], Pattern[]>();

/** Patterns of keys in queries, headers, bodies and proxy addresses, for keys that are not among our own. */
function makePatterns(vendors: readonly VendorDescriptor[]): Pattern[] {
  const { query, headers, fields, inText } = knownKeys(vendors);
  const names = (own: string | undefined, common: string): string => (own === undefined ? common : `${own}|${common}`);
  const made: Pattern[] = [
    [new RegExp(`\\b((?:${names(query, "api_key|access_token")})=)[^&\\s"'\\\\]+`, "gi"), "$1…"],
    [/\b(authorization["']?\s*[:=]\s*["']?(?:Bearer|Api-Key|Basic|Token token=)\s*)[^\s"',\\]+/gi, "$1…"],
    [new RegExp(`\\b((?:${names(headers, "x-api-key")})["']?\\s*[:=]\\s*["']?)[^\\s"',\\\\]+`, "gi"), "$1…"],
  ];
  if (fields !== undefined) made.push([new RegExp(`(\\\\?"(?:${fields})\\\\?"\\s*:\\s*\\\\?")[^"\\\\]+`, "gi"), "$1…"]);
  // By form alone, such as a key that was typed in place of another argument.
  if (inText !== undefined) made.push([inText, (word) => maskKey(word, vendors)]);
  made.push([/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*:)[^\s/@"]+(@)/gi, "$1…$2"]);
  return made;
}

/** What keys may look like in a text, and the mask of each. */
export type SecretForms = readonly (readonly [form: string, mask: string])[];

/** The forms of `secrets`: plain, and encoded for a URL, for JSON or in base64. */
export function secretForms(secrets: readonly string[], vendors: readonly VendorDescriptor[]): SecretForms {
  // Longest first: a key may be the beginning of another.
  const sorted = secrets.filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length);
  return sorted.flatMap((secret) => {
    const mask = maskKey(secret, vendors);
    return [...forms(secret)].map((form) => [form, mask] as const);
  });
}

/** Masks these forms of keys in a text. */
export function maskForms(text: string, forms: SecretForms): string {
  let safe = text;
  for (const [form, mask] of forms) if (safe.includes(form)) safe = safe.replaceAll(form, mask);
  return safe;
}

/** Masks `secrets` and everything that looks like a key. For messages only: data may contain such texts rightly. */
export function redact(
  text: string,
  secrets: readonly string[],
  vendors: readonly VendorDescriptor[] = allVendors,
): string {
  const patterns = patternsOf.get(vendors) ?? makePatterns(vendors);
  patternsOf.set(vendors, patterns);
  return patterns.reduce(
    (safe, [pattern, replacement]) =>
      typeof replacement === "string" ? safe.replace(pattern, replacement) : safe.replace(pattern, replacement),
    maskForms(text, secretForms(secrets, vendors)),
  );
}

/** Names of fields that hold a key, whosever it is. */
const keyFieldNames = `(?:routing|integration|service|api)[_-]?key`;

/**
 * A field of JSON that stands inside a text: its quotes are escaped, once or more, for the JSON around it or for a web page. The
 * text may have been cut off within the value.
 */
const fieldInText = new RegExp(
  String.raw`((\\+"|'|&quot;|&apos;|&#0*3[49];|&#x0*2[27];)${keyFieldNames}\2(?:\s|\\+[nrt])*:(?:\s|\\+[nrt])*)` +
    String.raw`(?:(\2)(?:(?!\2)[^"])+|-?\d[\w.]*)`,
  "gi",
);

/** Masks the values of fields that hold a key, in JSON inside the texts of a JSON text. */
export function maskFields(json: string): string {
  // Most responses have none of the quotes that such a field stands in.
  if (!json.includes('\\"') && !json.includes("'") && !json.includes("&")) return json;
  return json.replace(fieldInText, (_, name: string, _quote: string, quote = "") => `${name}${quote}…`);
}

const known = new Map<string, Set<string>>();

function forms(secret: string): Set<string> {
  const made = known.get(secret) ?? makeForms(secret);
  known.set(secret, made);
  return made;
}

function makeForms(secret: string): Set<string> {
  const query = new URLSearchParams({ k: secret }).toString().slice(2);
  const encoded = encodePart(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString("base64");
  return new Set([
    secret,
    encoded,
    query,
    encoded.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    inJson,
    base64,
  ]);
}
