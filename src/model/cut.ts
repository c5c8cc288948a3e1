/* How long a text is, and cutting it, as vendors count. */

/** What counts as one character: a UTF-16 unit, of which an emoji has two, or a code point. */
export type CharacterUnit = "utf16" | "codePoint";

/** The number of characters in a text. */
export function lengthIn(text: string, unit: CharacterUnit = "utf16"): number {
  return unit === "utf16" ? text.length : pointsIn(text);
}

/** At most `max` characters, the last of them an ellipsis when something is missing; no half of a surrogate pair. */
export function cut(text: string, max: number, unit: CharacterUnit = "utf16"): string {
  // No text has more code points than units.
  if (text.length <= max || lengthIn(text, unit) <= max) return text;
  if (unit === "utf16") return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
  // A code point is at most two units: the rest need not be split.
  return `${[...text.slice(0, 2 * max)].slice(0, max - 1).join("")}…`;
}

function pointsIn(text: string): number {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}
