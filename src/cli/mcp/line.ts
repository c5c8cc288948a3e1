import { CommanderError } from "commander";
import { usageError } from "../../errors.ts";
import type { AnyCommand, OptionDefinition } from "../command.ts";
import { globalOptions } from "../global-options.ts";
import { type ParsedOptions, toGlobalOptions } from "../named-profiles.ts";
import type { ParsedLine } from "../run-command.ts";
import { offeredGlobals, type Parameter } from "./parameters.ts";

type AnyOption = OptionDefinition<unknown, boolean>;

/** The options of all commands that a call may leave to the server. */
export type ServerDefaults = Partial<Record<(typeof offeredGlobals)[number], unknown>>;

/** Those options as the server was started with, but for values that every command has anyway. */
export function serverDefaults(options: ServerDefaults): ServerDefaults {
  const usual = defaultsOf(globalOptions);
  const given = offeredGlobals.filter((name) => options[name] !== undefined && options[name] !== usual[name]);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/**
 * The command line that the arguments of a tool stand for, with what the server was started with where they leave it open. They fit its schema.
 *
 * @throws {CliError} `usage` on a text that its reader refuses
 */
export function toLine(
  command: AnyCommand,
  parameters: readonly Parameter[],
  given: Readonly<Record<string, unknown>>,
  server: ServerDefaults = {},
): ParsedLine {
  const options: Record<string, unknown> = { ...defaultsOf(globalOptions), ...command.defaults, ...server };
  // Nobody is asked, and nothing is drawn.
  Object.assign(options, { json: true, color: false, input: false }, defaultsOf(command.options ?? {}));
  const args = emptyArguments(command);
  const parts: Record<string, string[]> = {};
  for (const parameter of parameters) {
    const { name, property } = parameter;
    const value = given[name];
    if (value === undefined) continue;
    if (parameter.kind === "part") parts[property] = [...(parts[property] ?? []), String(value)];
    else if (parameter.kind === "option") Object.assign(options, readOption(name, property, parameter.option, value));
    else args[property] = readArgument(name, parameter.argument, value);
  }
  return { args: { ...args, ...parts }, options: toGlobalOptions(options as ParsedOptions), excess: [] };
}

/** The values of options that are not given. */
function defaultsOf(options: Readonly<Record<string, AnyOption>>): Record<string, unknown> {
  const known = Object.entries(options).map(([name, { negated, default: fallback }]) => [
    name,
    negated === true ? true : fallback,
  ]);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function emptyArguments({ arguments: args = {} }: AnyCommand): Record<string, unknown> {
  const empty = Object.entries(args).map(([name, argument]) => [
    name,
    argument.default ?? (argument.variadic === true ? [] : undefined),
  ]);
  return Object.fromEntries(empty);
}

function readArgument(
  name: string,
  { variadic, parse }: { variadic?: true; parse?(text: string): unknown },
  value: unknown,
) {
  const read = (text: string): unknown => (parse === undefined ? text : reading(name, text, () => parse(text)));
  return variadic === true ? texts(value).map(read) : read(String(value));
}

/** The value of an option, and the defaults that it implies for others. */
function readOption(
  name: string,
  property: string,
  { takes, negated, repeatable, parse, implies = {} }: AnyOption,
  value: unknown,
): Record<string, unknown> {
  if (takes === undefined) return value === true ? { ...implies, [property]: negated !== true } : {};
  if (parse === undefined) return { ...implies, [property]: repeatable === true ? texts(value) : String(value) };
  // A list of an option that is given once takes its words with commas in between.
  const given = repeatable === true ? texts(value) : [texts(value).join(",")];
  let read: unknown;
  for (const text of given) read = reading(name, text, () => parse(text, read));
  return { ...implies, [property]: read };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** Readers of options throw errors of the parser, too. */
function reading<Value>(name: string, text: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw usageError(`${name} "${text}": ${error.message.replace(/\.$/, "")}`);
  }
}
