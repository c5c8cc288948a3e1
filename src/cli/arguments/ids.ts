import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { InputStream } from "../../output/streams.ts";
import { readAll } from "./stdin.ts";

/** An id, with the profile of its incident where a row of JSON names it. */
export interface IdRow {
  id: string;
  profile?: string;
}

/**
 * The ids on a command line, each once, in order, as `readIdRows` reads them.
 *
 * @param profile the profile that is asked; a row that names another one is no id of it
 * @throws {CliError} `usage` on a row of another profile too
 */
export async function readIds(
  input: InputStream,
  words: readonly string[],
  { key = "id", profile }: { key?: string; profile?: string } = {},
): Promise<string[]> {
  const rows = await readIdRows(input, words, key);
  const other = rows.find((row) => profile !== undefined && row.profile !== undefined && row.profile !== profile);
  if (other !== undefined) throw otherProfile(other, profile ?? "");
  return [...new Set(rows.map(({ id }) => id))];
}

/** The error for a row of JSON whose incident belongs to another profile than the one that is asked. */
export function otherProfile({ id, profile }: IdRow, asked: string): Error {
  return usageError(`"${id}" is of the profile "${profile}", and "${asked}" is asked`, `--profile ${profile}`);
}

/**
 * The ids on a command line, in order; `-` stands for those on standard input: one in each line, or the JSON
 * or NDJSON that our own lists print, of which `key` is taken.
 *
 * @throws {CliError} `usage` on an empty id, or when nothing is left
 */
export async function readIdRows(input: InputStream, words: readonly string[], key = "id"): Promise<IdRow[]> {
  const ids: IdRow[] = [];
  const hint = key === "id" ? "onduty incidents list --quiet" : "give the keys that `onduty events trigger` printed";
  for (const word of words) {
    if (word === "-") ids.push(...parseIds(await readAll(input), key));
    else if (word.trim() === "") throw usageError("an id is empty", hint);
    else ids.push({ id: word.trim() });
  }
  if (ids.length === 0) throw usageError(`no ${key === "id" ? "ids" : "keys"} on standard input`, hint);
  return ids;
}

function parseIds(text: string, key: string): IdRow[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) return toIds(readJson(trimmed, "standard input"), key);
  // What jq prints is indented: an object begins with each brace at the start of a line, and goes on to the next.
  const lines = trimmed.startsWith("{") ? trimmed.split(/\r?\n(?=\{)/) : trimmed.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const word = line.trim();
    if (word === "") return [];
    const where = `line ${index + 1} of standard input`;
    // A row of a table, of CSV, YAML or Markdown.
    if (key === "id" && /^[^{"]*(\t|,|: )|^\|/.test(word))
      throw usageError(`${where} has more on it than an id`, "onduty incidents list --quiet");
    if (word.startsWith("{")) return toIds([readJson(word, where)], key);
    return word.startsWith('"') ? toIds([readJson(word, where)], key) : [{ id: word }];
  });
}

function toIds(values: unknown, key: string): IdRow[] {
  return (Array.isArray(values) ? values : [values]).map((value: unknown) => {
    const row = asObject(value);
    const id = row === undefined ? value : row[key];
    const profile = row?.profile;
    if (typeof id === "string" && id.trim() !== "")
      return { id: id.trim(), ...(typeof profile === "string" && profile !== "" && { profile }) };
    throw usageError(`standard input has an entry without "${key}"`);
  });
}

function readJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${where} is not JSON`);
  }
}
