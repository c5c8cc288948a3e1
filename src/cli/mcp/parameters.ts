import type { AnyCommand, ArgumentDefinition, Completion, OptionDefinition } from "../command.ts";
import { globalOptions } from "../global-options.ts";
import { endlessOptions, exitCodeOptions, type PartialTool, partialTools } from "./left-out.ts";
import type { Schema } from "./schema.ts";

/* The arguments of a tool: the words and options of its command, by their names in camel case. */

type AnyOption = OptionDefinition<unknown, boolean>;

/** One argument of a tool, and what it is on the command line. */
export type Parameter = { name: string; schema: Schema; required: boolean } & (
  | { kind: "argument"; property: string; argument: ArgumentDefinition<unknown> }
  /** One of several words under one argument, in order: method and path of `api`. */
  | { kind: "part"; property: string; argument: ArgumentDefinition<unknown> }
  | { kind: "option"; property: string; option: AnyOption }
);

/** Of the global options, those that a tool has too. */
export const offeredGlobals = ["timeout", "maxWait", "tz"] as const;

/** The arguments of the tool of a command whose words after `onduty` are `path`. */
export function parametersOf(command: AnyCommand, path: string, profiles: readonly string[]): Parameter[] {
  const partial = partialTools[path];
  const options = optionParameters(command, partial, profiles);
  const names = new Set(options.map(({ name }) => name));
  // A word that may be given as an option too: the summary of an event.
  const words = argumentParameters(command, partial, profiles).filter(({ name }) => !names.has(name));
  const own = [...words, ...options];
  // The profiles whose keys are checked are words of that command.
  const globals = globalParameters(command, partial, profiles).filter(
    ({ name }) => !own.some((one) => one.name === name),
  );
  return [...own, ...globals];
}

function argumentParameters(
  { arguments: args = {} }: AnyCommand,
  partial: PartialTool | undefined,
  profiles: readonly string[],
): Parameter[] {
  return Object.entries(args).flatMap(([property, argument]): Parameter[] => {
    const toSchema = (one: ArgumentDefinition<unknown>): Schema =>
      argumentSchema(one, partial?.words[one.name], profiles);
    if (argument.shownAs === undefined)
      return [
        {
          kind: "argument",
          property,
          argument,
          name: camelCase(argument.name),
          schema: toSchema(argument),
          required: argument.required === true,
        },
      ];
    return argument.shownAs.map((one) => ({
      kind: "part",
      property,
      argument: one,
      name: one.name,
      schema: toSchema(one),
      required: one.required === true,
    }));
  });
}

function argumentSchema(
  { summary, choices, completes, variadic, required }: ArgumentDefinition<unknown>,
  words: readonly string[] | undefined,
  profiles: readonly string[],
): Schema {
  const element = wordSchema(words ?? choices, completes, profiles);
  const description = inCamelCase(summary);
  // A profile has one form in all tools.
  if (variadic === true && isProfile(completes)) return { ...profileSchema(profiles, true), description };
  if (variadic !== true) return { ...element, description };
  return { type: "array", items: element, ...(required === true && { minItems: 1 }), description };
}

function optionParameters(
  { options = {} }: AnyCommand,
  partial: PartialTool | undefined,
  profiles: readonly string[],
): Parameter[] {
  return Object.entries<AnyOption>(options)
    .filter(([name, option]) => isOffered(name, option, partial))
    .map(([property, option]) => ({
      kind: "option",
      property,
      option,
      name: parameterName(option.long ?? property, option),
      schema: optionSchema(option, profiles),
      required: option.required === true,
    }));
}

/** A file of this machine, a program to start, what only changes an exit code and what never ends are not for agents. */
function isOffered(name: string, { hidden, completes }: AnyOption, partial: PartialTool | undefined): boolean {
  const isLocal = completes?.kind === "files" || completes?.kind === "programs";
  const leftOut = [...exitCodeOptions, ...endlessOptions, ...(partial?.without ?? [])];
  return hidden !== true && !isLocal && !leftOut.includes(name);
}

function globalParameters(
  command: AnyCommand,
  partial: PartialTool | undefined,
  profiles: readonly string[],
): Parameter[] {
  const writes = command.writes === true && partial === undefined;
  const several = command.profiles !== undefined;
  const names = [
    ...(several ? (["allProfiles"] as const) : []),
    ...(command.output === undefined ? [] : (["fields"] as const)),
    ...(writes ? (["dryRun", "yes"] as const) : []),
    ...offeredGlobals,
  ];
  const schemas: Partial<Record<string, Schema>> = {
    fields: { type: "array", items: { type: "string" }, description: "only these fields; service.name reaches in" },
  };
  const profile: Parameter = {
    kind: "option",
    property: "profile",
    option: globalOptions.profile,
    name: "profile",
    schema: profileSchema(profiles, several),
    required: false,
  };
  const others = names.map((name): Parameter => {
    const option: AnyOption = globalOptions[name];
    return {
      kind: "option",
      property: name,
      option,
      name,
      schema: schemas[name] ?? optionSchema(option, profiles),
      required: false,
    };
  });
  return [profile, ...others];
}

function profileSchema(profiles: readonly string[], several: boolean): Schema {
  const one: Schema = { type: "string", ...(profiles.length > 0 && { enum: profiles }) };
  if (!several) return { ...one, description: "profile to use" };
  return { anyOf: [one, { type: "array", items: one, minItems: 1 }], description: "profile to ask, or several" };
}

/** A text about options with their names as arguments have them: `dedupKey` for `--dedup-key`. */
export function inCamelCase(text: string): string {
  return text.replaceAll(/--([a-z]+(?:-[a-z]+)*)/g, (_, name: string) => camelCase(name));
}

/** `dedupKey` of `dedup-key`. */
function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `noSpool` of `--no-spool`. */
function parameterName(name: string, { negated }: AnyOption): string {
  return negated === true ? `no${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
}

function optionSchema(option: AnyOption, profiles: readonly string[]): Schema {
  const { summary, takes, choices, completes, repeatable, default: fallback, defaultWord, defaultNote } = option;
  const isSwitch = takes === undefined;
  const shown = defaultNote ?? defaultWord ?? (typeof fallback === "string" ? fallback : undefined);
  const description = inCamelCase(shown === undefined ? summary : `${summary} (default: ${shown})`);
  if (isSwitch) return { type: "boolean", description };
  const minimum = leastCount(option);
  const element: Schema =
    minimum === undefined ? wordSchema(choices, completes, profiles) : { type: "integer", minimum };
  if (repeatable === true) return { type: "array", items: element, minItems: 1, description };
  return { ...element, description };
}

function wordSchema(
  choices: readonly string[] | undefined,
  completes: Completion | undefined,
  profiles: readonly string[],
): Schema {
  const words = choices ?? closedWords(completes, profiles);
  return { type: "string", ...(words !== undefined && words.length > 0 && { enum: words }) };
}

function closedWords(completes: Completion | undefined, profiles: readonly string[]): readonly string[] | undefined {
  if (completes?.kind === "words" && completes.open !== true) return completes.words;
  return isProfile(completes) ? profiles : undefined;
}

function isProfile(completes: Completion | undefined): boolean {
  return completes?.kind === "ids" && completes.of === "profiles";
}

/** Readers by the least count that they take: many commands share one, and one that throws is slow. */
const counts = new WeakMap<NonNullable<AnyOption["parse"]>, 0 | 1 | "no count">();

/** The least number that its reader takes, if it makes a number of digits, unchanged: a limit, not a duration. */
function leastCount({ parse }: AnyOption): 0 | 1 | undefined {
  if (parse === undefined) return undefined;
  const known = counts.get(parse) ?? (!readsCount(parse, 7) ? "no count" : readsCount(parse, 0) ? 0 : 1);
  counts.set(parse, known);
  return known === "no count" ? undefined : known;
}

function readsCount(parse: NonNullable<AnyOption["parse"]>, count: number): boolean {
  try {
    return parse(String(count), undefined) === count;
  } catch {
    return false;
  }
}
