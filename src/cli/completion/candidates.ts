import type { IdKind } from "../id-kinds.ts";

/** One word to offer, and what it stands for. */
export interface Candidate {
  word: string;
  about: string;
}

/** Ids and names that need no quotes in any shell. */
const plain = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/** Dedup keys: what the scripts of the shells know to quote as well. Nothing in it is a quote, an expansion or a pattern. */
const key = /^[A-Za-z0-9_][A-Za-z0-9._:/@%+=,~ -]{0,199}$/;

/**
 * Makes candidates fit for a shell. Ids and names come from a vendor: a word with anything but letters, digits, dots,
 * underscores and dashes is left out, and so is one that looks like an option. A key may also have signs and blanks, which the
 * shell's script quotes. Its description is one line of at most 60 characters without control characters, for display only.
 */
export function fitForShell(candidates: readonly Candidate[], kind?: IdKind): Candidate[] {
  const seen = new Set<string>();
  const fitting = kind === "keys" ? key : plain;
  return candidates.flatMap(({ word, about }) => {
    if (!fitting.test(word) || seen.has(word)) return [];
    seen.add(word);
    return [{ word, about: oneLine(about) }];
  });
}

/** Those that a typed word means: whose word begins with it, in any case; else those that have it in their word or what it stands for. */
export function matching(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
  const text = typed.toLowerCase();
  const beginning = candidates.filter(({ word }) => word.toLowerCase().startsWith(text));
  if (beginning.length > 0) return beginning;
  return candidates.filter(({ word, about }) => `${word} ${about}`.toLowerCase().includes(text));
}

function oneLine(text: string): string {
  // Other categories than these are control characters, turns of the writing direction, halves of characters.
  const plain = text.replaceAll(/[\p{C}\p{Z}\\]+/gu, " ").trim();
  const characters = [...plain];
  return characters.length <= 60 ? plain : `${characters.slice(0, 59).join("")}…`;
}
