import { usageError } from "../errors.ts";
import { nearest } from "../model/text.ts";

/**
 * Refuses field names that rows of this kind do not have; of a dotted name (`service.name`) the head counts.
 *
 * @throws {CliError} `usage`, listing the known ones
 */
export function checkFields(fields: readonly string[], known: readonly string[]): void {
  for (const field of fields) {
    const [head = ""] = field.split(".");
    if (known.includes(head)) continue;
    const [near] = nearest(head, known);
    const fixed = fields.map((one) => (one === field ? near : one)).join(",");
    throw usageError(
      `unknown field "${field}"; the fields are ${known.join(", ")}`,
      near === undefined ? undefined : `--fields ${fixed}`,
    );
  }
}

/** The value under a dotted name, null if it has none; through a list it reaches into each element. */
export function fieldValue(row: unknown, field: string): unknown {
  const reach = (value: unknown, [name, ...rest]: string[]): unknown => {
    if (name === undefined) return value ?? null;
    if (Array.isArray(value)) return value.map((element) => reach(element, [name, ...rest]));
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    return reach((value as Record<string, unknown>)[name], rest);
  };
  return reach(row, field.split("."));
}

/** Only these fields of a row, in this order, each under the name it was asked for by. */
export function selectFields(row: object, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, fieldValue(row, field)]));
}

/** A value as the text of one cell: lists and objects as JSON, null as nothing. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as people read it: names instead of objects, commas between the elements of a list. */
export function readableText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(readableText).join(", ");
  if (typeof value !== "object") return String(value);
  const { name, email, id } = value as Record<string, unknown>;
  if (typeof name === "string" && name !== "") return typeof id === "string" && id !== name ? `${name} (${id})` : name;
  const words = email ?? id;
  if (typeof words === "string") return words;
  const parts = Object.entries(value).map(([key, part]) => [key, readableText(part)]);
  return parts.flatMap(([key, text]) => (text === "" ? [] : [`${key}: ${text}`])).join("; ");
}
