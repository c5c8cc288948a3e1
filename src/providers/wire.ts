import { CliError } from "../errors.ts";
import { asObject } from "../model/object.ts";

/** Reading of answers whose shape is not certain: what is not of the expected kind is absent. */

/** An array; null and everything else is an empty one. */
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
 * The rows of a list that was asked for.
 *
 * @throws {CliError} when one of them is no object: what cannot be read must not look like nothing
 */
export function asRows(list: readonly unknown[], route: string): Record<string, unknown>[] {
  return list.map((element) => {
    const row = asObject(element);
    if (row === undefined) throw new CliError("failure", `${route}: the list in the response cannot be read`);
    return row;
  });
}

/**
 * Why a list is not complete, of a server that tells of more than the `seen` rows it gave up to this page: it says that there are
 * more and gives none, or counts more (`total`; the least of all pages, as some may go meanwhile). Undefined when it is complete.
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

/** Text that is not empty; numbers count as text. */
export function asText(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** An ISO time in UTC from any form Date reads; null when it is none. */
export function asTime(value: unknown): string | null {
  if (typeof value !== "string" || value === "") return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The first of several names under which a vendor may write a field. */
export function first(object: Record<string, unknown>, ...names: string[]): unknown {
  for (const name of names) if (object[name] !== undefined && object[name] !== null) return object[name];
  return undefined;
}
