import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliDecompressSync } from "node:zlib";
import { type Jq, loadJq } from "jq-wasm";
import { usageError } from "../errors.ts";
import { standalone } from "../standalone.ts";

// The build puts the WebAssembly beside the chunks; in tests it is loaded from the package.
declare const __JQ_WASM__: string | undefined;

let loaded: Promise<Jq> | undefined;

function load(): Promise<Jq> {
  loaded ??= loadJq({ wasmBinary: readWasm(standalone?.jqWasm ?? wasmFile()) });
  return loaded;
}

function readWasm(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith(".br") ? brotliDecompressSync(bytes) : bytes;
}

function wasmFile(): string {
  const packaged = "../../node_modules/jq-wasm/dist/build/jq.wasm";
  return createRequire(import.meta.url).resolve(typeof __JQ_WASM__ === "string" ? __JQ_WASM__ : packaged);
}

/** The option that an expression was given with. */
type JqOption = "--jq" | "--map";

const examples: Record<JqOption, string> = {
  "--jq": "--jq '.[].id'",
  "--map": "--map '{summary: .title, dedupKey: .id}'",
};

/**
 * What stands before every expression. The built-in `fromdate` takes no fraction of a second, which our times have, and the name of
 * the zone is a failure of the system in WebAssembly, where there is no zone but UTC.
 */
const definitions = [
  'def fromdateiso8601: if type == "string" then sub("\\\\.[0-9]+(?=Z$)"; "") else . end | strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  "def fromdate: fromdateiso8601;",
  'def _named(f): f | gsub("(?<before>(^|[^%])(%%)*)%Z"; "\\(.before)UTC");',
  "def _strftime(f): strftime(f);",
  "def strftime(f): _strftime(_named(f));",
  "def _strflocaltime(f): strflocaltime(f);",
  "def strflocaltime(f): _strflocaltime(_named(f));",
  "",
].join(" ");

/** Makes sure that an expression can be used, before any request. @throws {CliError} `usage` with jq's reason */
export async function checkJq(expression: string, option: JqOption = "--jq"): Promise<void> {
  const jq = await load();
  // In two kinds of brackets, so that those of the expression cannot close ours and only run once there is input.
  for (const program of [`empty | (${expression}\n)`, `empty | if . then ${expression}\n else . end`]) {
    const { exitCode, stderr } = jq.raw(null, definitions + program);
    if (exitCode !== 0) throw usageError(`${option}: ${reason(stderr)}`, examples[option]);
  }
}

/**
 * What the expression makes of JSON texts, one after the other: a result on each line, strings without quotes when `raw`,
 * indented when `pretty`.
 *
 * @throws {CliError} `usage` when it fails on this input
 */
export async function runJq(
  json: string,
  expression: string,
  { raw, pretty }: { raw: boolean; pretty: boolean },
  option: JqOption = "--jq",
): Promise<string> {
  const jq = await load();
  const { stdout, stderr, exitCode } = jq.raw(json, definitions + expression, [
    ...(raw ? ["-r"] : []),
    ...(pretty ? [] : ["-c"]),
  ]);
  if (exitCode !== 0)
    throw usageError(`${option}: ${reason(stderr)}`, `${option} . prints the JSON that the expression gets`);
  return stdout === "" ? "" : `${stdout.replace(/\n$/, "")}\n`;
}

/** jq's own words, without the picture of the expression below them. */
function reason(stderr: string): string {
  const [first = ""] = stderr.split("\n");
  const message = first
    .replace(/^jq: error(?: \(at [^)]*\))?:? */, "")
    .replace(/ at <top-level>, line \d+(?:, column \d+)?:?$/, "");
  if (message === "") return "the expression failed";
  // `halt_error` alone prints all of the input.
  return message.length > 200 ? `${message.slice(0, 200)}…` : message;
}
