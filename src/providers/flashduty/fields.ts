import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentChange } from "../../model/incident.ts";
import { parseJson } from "../../model/json.ts";
import { asText } from "../wire.ts";
import { readList } from "./wire.ts";

/* Custom fields of incidents: text, one choice, several choices, or a check box. Source: the vendor's page on custom fields. */

/** A value in each type that a field may have; undefined when the text is none of that type. */
const readers: Record<string, (text: string) => unknown> = {
  boolean: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined),
  number: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
  list: (text) => (/^\[.*\]$/s.test(text) ? parseJson(text) : text.split(",").map((word) => word.trim())),
};

/**
 * The values to send for custom fields. A value is a text, unless its field is defined with another type.
 *
 * @throws {CliError} `usage` on an unknown field, and on a value that is not of its type
 */
export async function fieldValues(
  http: HttpClient,
  { fields = {}, rawFields = {} }: Pick<IncidentChange, "fields" | "rawFields">,
): Promise<Record<string, unknown>> {
  const names = [...Object.keys(fields), ...Object.keys(rawFields)];
  const kinds = names.length === 0 ? new Map<string, string>() : await readKinds(http);
  const unknown = names.find((name) => kinds.size > 0 && !kinds.has(name));
  if (unknown !== undefined) {
    const known = [...kinds].map(([name, kind]) => `${name} (${kind})`).join(", ");
    throw usageError(`unknown field "${unknown}"; the fields are ${known}`);
  }
  const typed = Object.entries(fields).map(([name, text]): [string, unknown] => {
    const kind = kinds.get(name);
    if (kind === undefined || kind === "text") return [name, text];
    const value = readers[kind]?.(text);
    if (value === undefined) throw usageError(`the field "${name}" takes a ${kind}, not "${text}"`);
    return [name, value];
  });
  return Object.fromEntries([...typed, ...Object.entries(rawFields)]);
}

/** The fields with their kind. Empty where the account does not list its fields: the route is new. */
async function readKinds(http: HttpClient): Promise<Map<string, string>> {
  try {
    const answer = await http.request("POST /field/list", { body: {}, idempotent: true, reads: true });
    const { rows } = readList(answer, "POST /field/list", "fields");
    return new Map(rows.flatMap((row) => entryOf(row)));
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.kind === "network" || error.status === 401) throw error;
    return new Map();
  }
}

function entryOf(row: Record<string, unknown>): [string, string][] {
  const name = asText(row.field_name);
  const type = `${asText(row.field_type) ?? ""} ${asText(row.value_type) ?? ""}`.toLowerCase();
  const kind = /multi/.test(type)
    ? "list"
    : /check|bool/.test(type)
      ? "boolean"
      : /float|int|number/.test(type)
        ? "number"
        : "text";
  return name === null ? [] : [[name, kind]];
}
