import { usageError } from "../../errors.ts";

/* Forms of ids: 24 hexadecimal characters, a short number of 6 that the console shows, and integers for everything else. */

/** Whether a word has the form of the number that the console and the phone show. */
export function isShortNumber(word: string): boolean {
  return /^[0-9a-z]{6}$/i.test(word);
}

/** See `Provider.incidents.idForm`. */
export function idForm(word: string): "id" | "number" | undefined {
  if (/^[0-9a-f]{24}$/i.test(word)) return "id";
  return isShortNumber(word) ? "number" : undefined;
}

/** @throws {CliError} `usage` on a text that can be neither an id nor a short number of an incident */
export function checkIds(words: readonly string[]): void {
  const bad = words.find((word) => idForm(word) === undefined);
  if (bad !== undefined)
    throw usageError(
      `"${bad}" is not an id of Flashduty: 24 hexadecimal characters, or a number of 6`,
      "onduty incidents list",
    );
}

/**
 * The integer that the vendor takes as an id.
 *
 * @throws {CliError} `usage` on a text that is none, and on one beyond 2^53: it would be rounded to the id of something else
 */
export function numericId(text: string, what: string, hint?: string): number {
  const id = Number(text);
  if (!/^\d+$/.test(text)) throw usageError(`"${text}" is not the id of ${what} of Flashduty, which is a number`, hint);
  if (!Number.isSafeInteger(id)) throw usageError(`"${text}" is too large for an id of Flashduty`, hint);
  return id;
}
