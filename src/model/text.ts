/** The choices that a mistyped word probably meant, nearest first. */
export function nearest(word: string, choices: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  return choices
    .map((choice) => ({ choice, steps: distance(wanted, choice.toLowerCase()) }))
    .filter(({ choice, steps }) => steps <= Math.max(1, Math.floor(Math.max(wanted.length, choice.length) / 3)))
    .sort((a, b) => a.steps - b.steps)
    .map(({ choice }) => choice);
}

/** Insertions, deletions, replacements and swaps of neighbors that turn `a` into `b`. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}

/** Orders ids, times and other codes. `localeCompare` would first load the rules of all languages. */
export function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A number with its noun: `1 event`, `3 events`. */
export function count(number: number, noun: string): string {
  return `${number} ${plural(number, noun)}`;
}

/** A noun as it stands behind a number: `event`, `events`. */
export function plural(number: number, noun: string): string {
  return number === 1 ? noun : `${noun}s`;
}

/** Words as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[], conjunction: "and" | "or"): string {
  const [last = "", ...others] = words.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} ${conjunction} ${last}`;
}

/** A text as a part of an address. Half of a surrogate pair, which has no bytes and may come in JSON, becomes U+FFFD. */
export function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The text, undefined for one without a character that can be seen: a script gives it whose variable is not set. */
export function unlessBlank(text: string | undefined): string | undefined {
  return text?.trim() ? text : undefined;
}
