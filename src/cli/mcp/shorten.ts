interface Most {
  /** Characters of each text. */
  chars: number;
  /** Elements of each list, and fields of each object below the first. */
  items: number;
}

/** A JSON value with its long texts and lists cut, each with how much is left out. */
export function shorten(value: unknown, most: Most, isInner = false): unknown {
  if (typeof value === "string") return shortenText(value, most.chars);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, most.items).map((one) => shorten(one, most, true));
    return value.length > most.items ? [...kept, `… ${value.length - most.items} more`] : kept;
  }
  const entries = Object.entries(value);
  const kept = isInner ? entries.slice(0, most.items) : entries;
  const short = kept.map(([key, one]) => [key, shorten(one, most, true)]);
  if (kept.length < entries.length) short.push(["…", `${entries.length - kept.length} more`]);
  return Object.fromEntries(short);
}

function shortenText(text: string, chars: number): string {
  if (text.length <= chars) return text;
  // Not between the halves of one character.
  const end = /[\ud800-\udbff]/.test(text.charAt(chars - 1)) ? chars - 1 : chars;
  return `${text.slice(0, end)}… ${text.length - end} more characters`;
}
