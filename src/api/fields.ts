import { InvalidArgumentError } from "commander";
import { usageError } from "../errors.ts";

/** A name with what it is to be sent as. */
export type Field = [name: string, value: unknown];
export type Pair = [name: string, value: string];

/** Headers that carry the key, or that belong to the connection. */
const ownHeaders = [
  "authorization",
  "x-api-key",
  "x-auth-token",
  "cookie",
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "accept-encoding",
];

/** `a[b]=1` is `{"a": {"b": 1}}`, `a[]=1` adds to a list. */
export async function nest(fields: Field[], readInput: () => Promise<string>): Promise<Record<string, unknown>> {
  const root: Record<string, unknown> = {};
  if (fields.filter(([, value]) => value instanceof FileText && value.file === "-").length > 1)
    throw usageError("standard input can be the text of one field");
  for (const [name, given] of fields) {
    const value = given instanceof FileText ? await (given.file === "-" ? readInput() : given.read()) : given;
    const parts = [name.split("[")[0] ?? "", ...[...name.matchAll(/\[([^\]]*)\]/g)].map(([, part]) => part ?? "")];
    let place: Record<string, unknown> | unknown[] = root;
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const inner: unknown = isLast ? value : parts[index + 1] === "" ? [] : {};
      if (Array.isArray(place)) {
        place.push(inner);
        place = inner as typeof place;
        continue;
      }
      if (isLast || !Object.hasOwn(place, part))
        Object.defineProperty(place, part, { value: inner, enumerable: true, writable: true, configurable: true });
      place = place[part] as typeof place;
      if (!isLast && (typeof place !== "object" || place === null))
        throw usageError(`the field "${name}" is a value and an object`);
    }
  }
  return root;
}

/** A field whose value is the text of a file. */
class FileText {
  readonly file: string;
  constructor(file: string) {
    this.file = file;
  }
  async read(): Promise<string> {
    return readTextFile(this.file);
  }
}

export function queryText(name: string, value: unknown): string {
  if (value instanceof FileText) throw usageError(`the field "${name}" cannot be a file behind a path`);
  return String(value);
}

function splitPair(text: string, what: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`A ${what} is written name=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export function collectField(text: string, before: Field[] = []): Field[] {
  const [name, value] = splitPair(text, "field");
  return [...before, [name, typed(value)]];
}

export function collectRawField(text: string, before: Field[] = []): Field[] {
  return [...before, splitPair(text, "field")];
}

export function collectQuery(text: string, before: Pair[] = []): Pair[] {
  return [...before, splitPair(text, "query")];
}

function typed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  // A number that cannot be told back as it was written is a text, such as a long id.
  if (/^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text.startsWith("@") ? new FileText(text.slice(1)) : text;
}

export function collectHeader(text: string, before: Pair[] = []): Pair[] {
  const at = text.indexOf(":");
  const name = text.slice(0, at).trim().toLowerCase();
  const value = text.slice(at + 1).trim();
  if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new InvalidArgumentError("A header is written name: value.");
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value)) throw new InvalidArgumentError("A header's value is of one line.");
  if (ownHeaders.includes(name))
    throw new InvalidArgumentError(
      `The header ${name} is not yours to set: the profile's key goes in it, or it belongs to the connection.`,
    );
  return [...before, [name, value]];
}

/** @throws {CliError} `usage` when it cannot be read */
export async function readTextFile(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usageError(`cannot read "${file}": ${error.code === "ENOENT" ? "there is no such file" : error.code}`);
  });
}
