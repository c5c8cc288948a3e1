import type { OptionDefinition, OptionSet } from "./command.ts";
import { globalOptions } from "./global-options.ts";

/*
 * The options that a command line names, and those that have a value without being named: declaring all of them takes commander a
 * millisecond or two.
 */

type Entry = [name: string, option: OptionDefinition<unknown, boolean>];

const globals: readonly Entry[] = Object.entries(globalOptions);

/**
 * Those of a command. Undefined where all are needed, with all global ones: where a word with a dash is exactly none of them, it is
 * a mistake, whose hint names what is near, letters together, or a request for help.
 */
export function namedOptions(options: OptionSet, words: readonly string[]): OptionSet | undefined {
  if (asksForAll(words)) return undefined;
  const own: readonly Entry[] = Object.entries(options);
  const given = flagsIn(words);
  if (!given.every((word) => own.some((entry) => isNamedBy(word, entry)) || isGlobal(word))) return undefined;
  return select(own, given);
}

/** Those that every command takes; all of them where letters stand together, or help is asked for. */
export function namedGlobalOptions(words: readonly string[]): OptionSet {
  return asksForAll(words) || words.some((word) => /^-[^-]./.test(word))
    ? globalOptions
    : select(globals, flagsIn(words));
}

function asksForAll(words: readonly string[]): boolean {
  return words.length === 0 || words.includes("help") || words.includes("--help") || words.includes("-h");
}

/** The words with a dash, without the values that follow `=`. */
function flagsIn(words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith("-")).map((word) => word.split("=", 1)[0] ?? "");
}

function select(options: readonly Entry[], given: readonly string[]): OptionSet {
  return Object.fromEntries(
    options.filter(
      (entry) =>
        entry[1].default !== undefined ||
        entry[1].required === true ||
        entry[1].negated === true ||
        given.some((word) => isNamedBy(word, entry)),
    ),
  );
}

function isGlobal(word: string): boolean {
  return globals.some((entry) => isNamedBy(word, entry));
}

/** Whether it is `-o` or `--output`, `--color` or `--no-color` of this option. */
function isNamedBy(word: string, [name, { short, long = name, negated, negatable }]: Entry): boolean {
  if (!word.startsWith("--")) return short !== undefined && word === `-${short}`;
  const isNegation = word.startsWith("--no-") && (negated === true || negatable !== undefined);
  return (isNegation || negated !== true) && camelCase(word.slice(isNegation ? 5 : 2)) === long;
}

/** `dedupKey` of `dedup-key`. */
function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
