import { CliError } from "../errors.ts";
import { asObject } from "../model/object.ts";

/* Readers of responses whose shape is not certain. A value of another type counts as absent. */

/** The array; an empty one for null and any other value. */
export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of an array. */
export function asObjects(value: unknown): Record<string, unknown>[] {
  return asArray(value).flatMap((element): Record<string, unknown>[] => {
    const object = asObject(element);
    return object === undefined ? [] : [object];
  });
}

/**
 * The rows of a list in a response.
 *
 * @throws {CliError} `failure` when one is no object: a row that cannot be read must not be dropped; or when the response has an error
 *   beside the list, which then must not pass for a complete one
 */
export function asRows(
  list: readonly unknown[],
  route: string,
  { error }: Record<string, unknown> = {},
): Record<string, unknown>[] {
  const problem = asText(asObject(error)?.message) ?? asText(asObject(error)?.code) ?? asText(error);
  if (problem !== null)
    throw new CliError("failure", `${route}: the server reports an error with the list: ${problem}`);
  return list.map((element) => {
    const row = asObject(element);
    if (row === undefined) throw new CliError("failure", `${route}: the list in the response cannot be read`);
    return row;
  });
}

/**
 * Why a list is incomplete; undefined when it is complete. It is incomplete when the server reports more rows but returns
 * none, or when it counts more than the `seen` rows of all pages so far. `total` is the smallest count of all pages, since rows
 * may be deleted meanwhile.
 */
export function missingRows(
  rows: readonly unknown[],
  { total = 0, seen = rows.length, more }: { total?: number | undefined; seen?: number; more: boolean },
): string | undefined {
  const counts = Number.isFinite(total) && total > seen;
  if (more ? rows.length > 0 : !counts) return undefined;
  if (!counts) return "the server reports more rows, but returns none";
  return `the server counts ${total}, but gives ${seen === 0 ? "none" : `only ${seen}`}`;
}

/** Why a list may be incomplete of which the server does not report whether it ends: it is as long as the page that was asked for. */
export function unknownEnd(
  rows: readonly unknown[],
  { limit }: Readonly<Record<string, string>>,
): { truncated?: string } {
  const isFull = Number(limit) > 0 && rows.length >= Number(limit);
  return isFull ? { truncated: "the server does not report whether more rows follow" } : {};
}

/** The text, or a number as text; null when it is empty or of another type. */
export function asText(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** The usual form of a time, on a day that there is: reading and writing it would change nothing. */
const usualTime = new RegExp(
  String.raw`^[12]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)` +
    String.raw`T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$`,
);

/** A time without a zone, which Date reads in that of this machine. */
const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/** The time as ISO 8601 in UTC, from any form that Date reads; one without a zone is in UTC. Null for any other value. */
export function asTime(value: unknown): string | null {
  if (typeof value !== "string" || value === "") return null;
  if (usualTime.test(value)) return value;
  const time = new Date(zoneless.test(value) ? `${value}Z` : value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The first of several names under which a vendor may write a field. */
export function first(object: Record<string, unknown>, ...names: string[]): unknown {
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
