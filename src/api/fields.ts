import { readInputFile } from "../disk/input-file.ts";
import { usageError } from "../errors.ts";

/** A name with what it is to be sent as. */
export type Field = [name: string, value: unknown];
export type Pair = [name: string, value: string];

/** A field whose value is the text of a file; `-` is standard input. */
export class FileField {
  readonly file: string;
  constructor(file: string) {
    this.file = file;
  }
}

/**
 * The object that fields make: `a[b]=1` is `{"a": {"b": 1}}`, `a[]=1` adds to a list.
 *
 * @throws {CliError} `usage` when a field is a value and an object, or a file cannot be read
 */
export async function nestFields(
  fields: readonly Field[],
  readInput: () => Promise<string>,
): Promise<Record<string, unknown>> {
  if (fields.filter(([, value]) => value instanceof FileField && value.file === "-").length > 1)
    throw usageError("standard input can be the text of one field");
  const root: Record<string, unknown> = {};
  for (const [name, given] of fields)
    put(root, name, given instanceof FileField ? await read(given, readInput) : given);
  return root;
}

async function read({ file }: FileField, readInput: () => Promise<string>): Promise<string> {
  return file === "-" ? readInput() : (await readInputFile(file)).toString("utf8");
}

function put(root: Record<string, unknown>, name: string, value: unknown): void {
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
    // A name such as `__proto__` is a field like any other.
    if (isLast || !Object.hasOwn(place, part))
      Object.defineProperty(place, part, { value: inner, enumerable: true, writable: true, configurable: true });
    place = place[part] as typeof place;
    if (!isLast && (typeof place !== "object" || place === null))
      throw usageError(`the field "${name}" is a value and an object`);
  }
}

/** A field in the query string. @throws {CliError} `usage` when it is a file */
export function queryPair([name, value]: Field): Pair {
  if (value instanceof FileField) throw usageError(`the field "${name}" cannot be a file behind a path`);
  return [name, String(value)];
}
