import { usageError } from "../../errors.ts";
import { parseExactly } from "../../model/exact-json.ts";
import type { InputStream } from "../../output/streams.ts";
import { readAll } from "./stdin.ts";

/** Reads `--details FILE|-`: one JSON object, whose values keep their types. @throws {CliError} `usage` */
export async function readDetails(file: string, input: InputStream): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = file === "-" ? await readAll(input) : await (await import("node:fs/promises")).readFile(file, "utf8");
  } catch (error) {
    throw usageError(`could not read --details "${file}": ${messageOf(error)}`);
  }
  const where = file === "-" ? "standard input" : `"${file}"`;
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw usageError(`--details ${where} is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`--details ${where} is not a JSON object`, 'a file such as {"disk": "/var", "percent": 97}');
  }
  return { ...value };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
