import type { ArgumentDefinition, Completion, OptionDefinition } from "./command.ts";

/* Short ways to write options and arguments. */

type Extra<Value> = Omit<Partial<OptionDefinition<Value>>, "summary" | "takes" | "always">;

/** A switch: true when it is given. */
export function flag(
  summary: string,
  extra: Pick<OptionDefinition<boolean>, "short" | "hidden"> = {},
): OptionDefinition<boolean> {
  return { summary, ...extra };
}

/** `--no-NAME`: false when it is given. */
export function negated(summary: string): OptionDefinition<boolean> {
  return { summary, negated: true };
}

/** A text, unchanged. */
export function text(takes: string, summary: string, extra: Extra<string> = {}): OptionDefinition<string> {
  return { takes, summary, ...extra };
}

/** A text without which the command cannot run. */
export function requiredText(
  takes: string,
  summary: string,
  extra: Extra<string> = {},
): OptionDefinition<string, true> {
  return { takes, summary, required: true, ...extra };
}

/** A text, and what holds when it is not given. */
export function textOr(
  takes: string,
  summary: string,
  fallback: string,
  extra: Omit<Extra<string>, "default" | "defaultWord"> = {},
): OptionDefinition<string, true> {
  return { takes, summary, default: fallback, defaultWord: fallback, ...extra };
}

/** The result of `parse` for the text of the option. */
export function value<Value>(
  takes: string,
  summary: string,
  parse: (text: string, before: Value | undefined) => Value,
  extra: Omit<Extra<Value>, "parse"> = {},
): OptionDefinition<Value> {
  return { takes, summary, parse, ...extra };
}

/** The same with a value when it is not given; `word` is that value as it would be typed. */
export function valueOr<Value>(
  takes: string,
  summary: string,
  parse: (text: string, before: Value | undefined) => Value,
  fallback: { value: Value; word: string },
  extra: Omit<Extra<Value>, "parse" | "default" | "defaultWord"> = {},
): OptionDefinition<Value, true> {
  return { takes, summary, parse, default: fallback.value, defaultWord: fallback.word, ...extra };
}

/** One of several words. */
export function choice<const Word extends string>(
  takes: string,
  summary: string,
  choices: readonly Word[],
  extra: Pick<OptionDefinition<Word>, "short" | "defaultWord"> = {},
): OptionDefinition<Word> {
  return { takes, summary, choices, ...extra };
}

/** The same of an option without which the command cannot run. */
export function requiredChoice<const Word extends string>(
  takes: string,
  summary: string,
  choices: readonly Word[],
): OptionDefinition<Word, true> {
  return { takes, summary, choices, required: true };
}

/** The same with a word that holds when it is not given. */
export function choiceOr<const Word extends string>(
  takes: string,
  summary: string,
  choices: readonly Word[],
  fallback: NoInfer<Word>,
): OptionDefinition<Word, true> {
  return { takes, summary, choices, default: fallback, defaultWord: fallback };
}

/** Texts of an option that may be repeated. */
export function texts(takes: string, summary: string, extra: Extra<string[]> = {}): OptionDefinition<string[]> {
  return { takes, summary, repeatable: true, parse: (one, before = []) => [...before, one], ...extra };
}

type ArgumentExtra = Pick<ArgumentDefinition<unknown>, "completes" | "choices" | "shownAs"> & {
  parse?(text: string): string;
};

/** A word that has to be there. */
export function word(name: string, summary: string, extra: ArgumentExtra = {}): ArgumentDefinition<string> {
  return { name, summary, required: true, ...extra };
}

/** A word that may be left out. */
export function optionalWord(
  name: string,
  summary: string,
  extra: ArgumentExtra = {},
): ArgumentDefinition<string | undefined> {
  return { name, summary, ...extra };
}

/** A word that may be left out, and what holds then. */
export function wordOr(
  name: string,
  summary: string,
  fallback: string,
  extra: ArgumentExtra = {},
): ArgumentDefinition<string> {
  return { name, summary, default: fallback, ...extra };
}

/** One word or more. */
export function words(name: string, summary: string, extra: ArgumentExtra = {}): ArgumentDefinition<string[]> {
  return { name, summary, required: true, variadic: true, ...extra };
}

/** Any number of words. */
export function optionalWords(name: string, summary: string, extra: ArgumentExtra = {}): ArgumentDefinition<string[]> {
  return { name, summary, variadic: true, ...extra };
}

/** Ids of a kind, and words that stand for one of them. */
export function ids(of: Extract<Completion, { kind: "ids" }>["of"], ...also: string[]): Completion {
  return { kind: "ids", of, ...(also.length > 0 && { also }) };
}

/** One of these words. */
export function oneOf(list: readonly string[], more: { several?: true; open?: true } = {}): Completion {
  return { kind: "words", words: list, ...more };
}

export const vendorNames: Completion = { kind: "vendors" };
export const files: Completion = { kind: "files" };
export const programs: Completion = { kind: "programs" };
