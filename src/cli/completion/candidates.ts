/** One word to offer, and what it stands for. */
export interface Candidate {
  word: string;
  about: string;
}

/**
 * Makes candidates fit for a shell. Ids and names come from a vendor: a word with anything but letters, digits, dots,
 * underscores and dashes is left out, and so is one that looks like an option. Its description is one line
 * of at most 60 characters without control characters, for display only.
 */
export function fitForShell(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.flatMap(({ word, about }) => {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(word) || seen.has(word)) return [];
    seen.add(word);
    return [{ word, about: oneLine(about) }];
  });
}

function oneLine(text: string): string {
  // Other categories than these are control characters, turns of the writing direction, halves of characters.
  const plain = text.replaceAll(/[\p{C}\p{Z}\\]+/gu, " ").trim();
  const characters = [...plain];
  return characters.length <= 60 ? plain : `${characters.slice(0, 59).join("")}…`;
}
