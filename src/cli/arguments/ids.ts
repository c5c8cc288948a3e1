import { usageError } from "../../errors.ts";
import type { InputStream } from "../../output/streams.ts";
import { readAll } from "./stdin.ts";

/**
 * The ids on a command line, each once, in order; `-` stands for those on standard input: one in each line, or the JSON
 * or NDJSON that our own lists print, of which `key` is taken.
 *
 * @throws {CliError} `usage` on an empty id, or when nothing is left
 */
export async function readIds(input: InputStream, words: readonly string[], key = "id"): Promise<string[]> {
  const ids: string[] = [];
  const hint = key === "id" ? "onduty incidents list --quiet" : "give the keys that `onduty events trigger` printed";
  for (const word of words) {
    if (word === "-") ids.push(...parseIds(await readAll(input), key));
    else if (word.trim() === "") throw usageError("an id is empty", hint);
    else ids.push(word.trim());
  }
  if (ids.length === 0) throw usageError(`there are no ${key === "id" ? "ids" : "keys"} on standard input`, hint);
  return [...new Set(ids)];
}

function parseIds(text: string, key: string): string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) return toIds(parseJson(trimmed, "standard input"), key);
  // What jq prints is indented: an object begins with each brace at the start of a line, and goes on to the next.
  const lines = trimmed.startsWith("{") ? trimmed.split(/\r?\n(?=\{)/) : trimmed.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const word = line.trim();
    if (word === "") return [];
    const where = `line ${index + 1} of standard input`;
    if (key === "id" && /^[^{"]*\t/.test(word))
      throw usageError(`${where} has more on it than an id`, "onduty incidents list --quiet");
    if (word.startsWith("{")) return toIds([parseJson(word, where)], key);
    return word.startsWith('"') ? toIds([parseJson(word, where)], key) : [word];
  });
}

function toIds(values: unknown, key: string): string[] {
  return (Array.isArray(values) ? values : [values]).map((value: unknown) => {
    const id = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : value;
    if (typeof id === "string" && id.trim() !== "") return id.trim();
    throw usageError(`standard input has an entry without "${key}"`);
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${where} is not JSON`);
  }
}
