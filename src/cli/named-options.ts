import type { OptionDefinition, OptionSet } from "./command.ts";
import { globalOptions } from "./global-options.ts";
import { flagsOf } from "./parser.ts";

/**
 * The options of a command that a command line names, and those that have a value without being named: declaring all of them takes
 * commander a millisecond or two. All of them are returned where a word with a dash is exactly none of them: a mistake, whose hint
 * names what is near, letters together, or a request for help.
 */
export function namedOptions(options: OptionSet, words: readonly string[]): OptionSet {
  if (words.includes("help")) return options;
  const own = Object.entries(options);
  const flags = new Map(own.map(([name, option]) => [name, wordsOf(name, option)]));
  const known = new Set([
    ...[...flags.values()].flat(),
    ...Object.entries<OptionDefinition<unknown, boolean>>(globalOptions).flatMap(([name, option]) =>
      wordsOf(name, option),
    ),
  ]);
  const given = new Set(
    words.filter((word) => word.startsWith("-")).map((word) => word.replace(/^(--[^=]+)=.*$/s, "$1")),
  );
  if ([...given].some((word) => !known.has(word))) return options;
  const isNeeded = ([name, option]: [string, OptionDefinition<unknown, boolean>]): boolean =>
    option.default !== undefined ||
    option.required === true ||
    option.negated === true ||
    flags.get(name)?.some((word) => given.has(word)) === true;
  return Object.fromEntries(own.filter(isNeeded));
}

/** `-o` and `--output`, `--color` and `--no-color`. */
function wordsOf(name: string, option: OptionDefinition<unknown, boolean>): string[] {
  const all = flagsOf(name, option)
    .split(/, | /)
    .filter((word) => word.startsWith("-"));
  return option.negatable === undefined ? all : [...all, `--no-${all.at(-1)?.slice(2)}`];
}
