import { InvalidArgumentError } from "commander";
import { type Field, FileField, nestFields, type Pair } from "../../api/fields.ts";
import { type ApiBody, isRead, type Method, methods } from "../../api/request.ts";
import { readInputFile } from "../../disk/input-file.ts";
import { usageError } from "../../errors.ts";
import type { InputStream } from "../../output/streams.ts";
import { readHeader } from "../arguments/header.ts";
import { readNameValue } from "../arguments/name-value.ts";
import { readAll } from "../arguments/stdin.ts";
import { typedValue } from "../arguments/typed-value.ts";
import type { OptionValues } from "../command.ts";
import { files, oneOf, text, value, words } from "../options.ts";

/* A request on the command line: method and path, fields, body, headers. */

/** Commander knows no argument that may be left out in front of one that may not. */
export const methodAndPath = words("words", "method and path", {
  shownAs: [
    {
      name: "method",
      summary: "GET when left out",
      completes: oneOf(methods.filter((method) => method !== "HEAD")),
    },
    { name: "path", summary: "path of a route of the profile's vendor", required: true },
  ],
});

export const requestOptions = {
  field: value(
    "name=value",
    "true, false, null and numbers are themselves, @FILE is a file's text, @- standard input; may be repeated",
    collectField,
    { repeatable: true },
  ),
  rawField: value("name=value", "always a text; may be repeated", collectRawField, { repeatable: true }),
  inputFile: text("file", "JSON to send; - for standard input", { long: "input", completes: files }),
  query: value("name=value", "behind the path; may be repeated", collectQuery, { repeatable: true }),
  header: value("name: value", "may be repeated", collectHeader, { repeatable: true }),
} as const;

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

/** @throws {CliError} `usage` when there are more words, or the first of two is no method */
export function readMethodAndPath(given: readonly string[]): { method: Method; target: string } {
  const [first = "", second, ...rest] = given;
  if (rest.length > 0) throw usageError(`expected method and path, got ${given.length} words`, "onduty api GET /path");
  if (second === undefined) {
    if (methods.some((method) => method === first.toUpperCase()))
      throw usageError("the path is missing", `onduty api ${first} /path`);
    return { method: "GET", target: first };
  }
  const method = methods.find((one) => one === first.toUpperCase());
  if (method === undefined)
    throw usageError(`"${first}" is not a method; known: ${methods.join(", ")}`, "onduty api GET /path");
  return { method, target: second };
}

/** What a request of this method sends. @throws {CliError} `usage` on what is no JSON, cannot be read, or does not belong together */
export async function readBody(
  method: Method,
  { fields, inputFile }: { fields: readonly Field[]; inputFile?: string | undefined },
  stdin: InputStream,
): Promise<ApiBody | undefined> {
  if (inputFile !== undefined && fields.length > 0) throw usageError("--input and fields exclude each other");
  if (inputFile !== undefined) {
    if (isRead(method)) throw usageError(`${method} sends no body`, "onduty api POST /path --input FILE");
    return readInput(inputFile, stdin);
  }
  if (isRead(method) || (fields.length === 0 && method === "DELETE")) return undefined;
  const object = await nestFields(fields, () => readAll(stdin));
  return { text: JSON.stringify(object), value: object };
}

async function readInput(file: string, stdin: InputStream): Promise<ApiBody> {
  const json = file === "-" ? await readAll(stdin) : (await readInputFile(file)).toString("utf8");
  try {
    return { text: json, value: JSON.parse(json) };
  } catch {
    throw usageError(`--input ${file === "-" ? "on standard input" : `"${file}"`} is not JSON`);
  }
}

/** Fields of both kinds, as they are sent. */
export function fieldsOf({ field = [], rawField = [] }: OptionValues<typeof requestOptions>): Field[] {
  return [...field, ...rawField];
}

function collectField(given: string, before: Field[] = []): Field[] {
  const [name, word] = readNameValue(given, "field");
  return [...before, [name, word.startsWith("@") ? new FileField(word.slice(1)) : typedValue(word)]];
}

function collectRawField(given: string, before: Field[] = []): Field[] {
  return [...before, readNameValue(given, "field")];
}

function collectQuery(given: string, before: Pair[] = []): Pair[] {
  return [...before, readNameValue(given, "query")];
}

function collectHeader(given: string, before: Pair[] = []): Pair[] {
  const [name, line] = readHeader(given);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new InvalidArgumentError("A header is written name: value.");
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(line)) throw new InvalidArgumentError("A header's value is of one line.");
  if (ownHeaders.includes(name))
    throw new InvalidArgumentError(
      `The header ${name} is not yours to set: the profile's key goes in it, or it belongs to the connection.`,
    );
  return [...before, [name, line]];
}
