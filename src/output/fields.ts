import { usageError } from "../errors.ts";
import { nearest } from "../model/text.ts";

const reference = ["id", "name"];
const person = [...reference, "email"];

/** Names that are texts, numbers or times in all rows. */
const plain = [
  ...["id", "number", "name", "email", "title", "status", "urgency", "severity", "priority", "dedupKey", "alertCount"],
  ...[
    "createdAt",
    "updatedAt",
    "acknowledgedAt",
    "resolvedAt",
    "snoozedUntil",
    "timeZone",
    "url",
    "provider",
    "profile",
  ],
];

/** The fields of what is nested in rows, by its name, wherever it is an object. Of other names anything may follow. */
const nested: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(plain.map((name) => [name, []])),
  service: reference,
  team: reference,
  assignees: person,
  creator: person,
  schedule: [...reference, "timeZone"],
  users: [...person, "role"],
  next: ["users", "from"],
};

/** Columns of tables that are called otherwise than their fields. */
const columnFields: Readonly<Record<string, string>> = { age: "createdAt", assignee: "assignees", since: "at" };

/**
 * Refuses field names that rows of this kind do not have, at any depth.
 *
 * @throws {CliError} `usage`, listing the known ones
 */
export function checkFields(fields: readonly string[], known: readonly string[]): void {
  for (const field of fields) {
    const { wrong } = readName(field, known);
    if (wrong === undefined) continue;
    const fixed = fields.map((one) => readName(one, known).fixed);
    const { of, known: names } = wrong;
    const list = `the fields ${of === "" ? "" : `of ${of} `}are ${names.join(", ")}`;
    throw usageError(
      `unknown field "${field}"; ${names.length === 0 ? `${of} has no fields` : list}`,
      fixed.includes(undefined) ? undefined : `--fields ${fixed.join(",")}`,
    );
  }
}

/** A dotted name, part by part. */
interface ReadName {
  /** Where it is wrong first: of what, and what is known there. */
  wrong: { of: string; known: readonly string[] } | undefined;
  /** The name that is meant; undefined when it cannot be guessed. */
  fixed: string | undefined;
}

function readName(field: string, known: readonly string[]): ReadName {
  // Some names have dots in them.
  if (known.includes(field)) return { wrong: undefined, fixed: field };
  let wrong: ReadName["wrong"];
  let names: readonly string[] | undefined = known;
  const fixed: string[] = [];
  for (const part of field.split(".")) {
    const near: string | undefined = names === undefined || names.includes(part) ? part : nearestName(part, names);
    if (names !== undefined && near !== part) wrong ??= { of: fixed.at(-1) ?? "", known: names };
    if (near === undefined) return { wrong, fixed: undefined };
    fixed.push(near);
    // What a vendor sent may have any of these names.
    names = names === undefined && plain.includes(near) ? undefined : nested[near];
  }
  return { wrong, fixed: fixed.join(".") };
}

function nearestName(part: string, known: readonly string[]): string | undefined {
  const column = columnFields[part.toLowerCase()];
  if (column !== undefined && known.includes(column)) return column;
  return known.find((one) => one.toLowerCase() === part.toLowerCase()) ?? nearest(part, known)[0];
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
