import { redact } from "../keys/mask.ts";
import type { KeyKind, KeySource } from "../model/key.ts";
import { asObject, defined } from "../model/object.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import type { Position } from "./json-position.ts";

export interface Profile {
  /** Name of a vendor in the list. */
  provider: string;
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
  /** Name of the default profile. */
  current?: string;
  /** A `Map`, so that `__proto__` is a name like any other. */
  profiles: Map<string, Profile>;
}

/** The JSON of the file: `current`, `profiles`, and fields of newer versions. */
export type Stored = Record<string, unknown>;

export const keyField = { api: "apiKey", integration: "integrationKey", change: "changeKey" } as const satisfies Record<
  KeyKind,
  keyof Profile
>;

const stringFields = ["baseUrl", "service", "routingKey", "user", "caFile", "proxy"] as const;
const sourceFields: readonly string[] = ["text", "command", "env", "keyring"];

/** An invalid configuration. Its text is kept private, since it may contain keys. */
export class FormatError extends Error {
  readonly #text: string;
  readonly #path: readonly string[] | null;

  /** `path` is that of the invalid property, from the outermost on; null when the text is not JSON. */
  constructor(message: string, text: string, path: readonly string[] | null) {
    super(message);
    this.#text = text;
    this.#path = path;
  }

  /** The position of the error in the text. */
  async position(): Promise<Position> {
    // A parser with positions is loaded only when needed.
    const { jsonErrorOffset, offsetOf, positionOf } = await import("./json-position.ts");
    const offset = this.#path === null ? jsonErrorOffset(this.#text) : offsetOf(this.#text, this.#path);
    return positionOf(this.#text, offset);
  }
}

/** Reads the text of the file; a profile may name one of these vendors. @throws {FormatError} */
export function parse(textOfFile: string, vendors: readonly VendorDescriptor[]): Stored {
  // Some editors on Windows add a byte order mark.
  const text = textOfFile.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError("not JSON", text, null);
  }
  const stored = asObject(value);
  if (stored === undefined) throw new FormatError("not a configuration of onduty", text, []);
  const profiles = asObject(stored.profiles === undefined ? {} : stored.profiles);
  if (profiles === undefined)
    throw new FormatError("not a configuration of onduty: profiles is not an object", text, ["profiles"]);
  for (const [name, profile] of Object.entries(profiles)) {
    const problem = problemOf(profile, vendors);
    if (problem !== null) throw new FormatError(`profile "${name}" ${problem}`, text, ["profiles", name]);
  }
  if (stored.current !== undefined && typeof stored.current !== "string")
    throw new FormatError('"current" is not a name', text, ["current"]);
  return stored;
}

/** Reads JSON that `parse` has accepted. */
export function toConfig(stored: Stored): Config {
  const { current, profiles = {} } = stored as { current?: string; profiles?: Record<string, Profile> };
  return { ...defined({ current }), profiles: new Map(Object.entries(profiles)) };
}

/** The JSON to store in place of `before`. Keeps the fields of newer versions. */
export function toStored({ current, profiles }: Config, before: Stored): Stored {
  const { current: _current, profiles: _profiles, ...others } = before;
  // As own properties: an assignment to `__proto__` would set the prototype.
  return { ...defined({ current }), profiles: Object.fromEntries(profiles), ...others };
}

function problemOf(value: unknown, vendors: readonly VendorDescriptor[]): string | null {
  const profile = asObject(value);
  if (profile === undefined) return "is not an object";
  if (!vendors.some(({ name }) => name === profile.provider))
    return `has no provider that is known: ${redact(JSON.stringify(profile.provider) ?? "none", [], vendors)}`;
  if (typeof profile.baseUrl !== "string") return "has no baseUrl";
  for (const field of stringFields)
    if (profile[field] !== undefined && typeof profile[field] !== "string") return `has a ${field} that is not text`;
  for (const field of Object.values(keyField))
    if (profile[field] !== undefined && !isKeySource(profile[field])) return `has an ${field} of an unknown form`;
  if (profile.allowHttp !== undefined && typeof profile.allowHttp !== "boolean")
    return "has an allowHttp that is not true or false";
  return null;
}

function isKeySource(value: unknown): boolean {
  const [[field, text] = ["", undefined], ...more] = Object.entries(asObject(value) ?? {});
  return sourceFields.includes(field) && typeof text === "string" && more.length === 0;
}
