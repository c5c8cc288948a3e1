import { type Command, Help, type Option } from "commander";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { type OperandSpec, operandValues, optionValue, type Value } from "./values.ts";

/** A command as completions and the manual see it: plain values, nothing of commander's. */
export interface CommandSpec {
  /** Its words behind `onduty`, with a space between them: `incidents list`; empty for the program. */
  path: string;
  name: string;
  aliases: string[];
  about: string;
  commands: CommandSpec[];
  /** Its own; what every command takes stands with the tree. */
  options: OptionSpec[];
  /** Words that are no options, in order. */
  operands: OperandSpec[];
}

export interface OptionSpec {
  short: string | undefined;
  long: string;
  /** As help shows it: `-o, --output <format>`. */
  flags: string;
  about: string;
  /** The same with choices and default, as help shows it. */
  details: string;
  /** Name and values of what follows it, and whether it has to follow; undefined for a switch. */
  value: { name: string; of: Value; required: boolean } | undefined;
  /** What holds without it, as it would be typed; undefined when that is nothing, or more than a word. */
  fallback: string | undefined;
  /** The command cannot do without it. */
  required: boolean;
  repeatable: boolean;
  /** It has a `--no-` form beside it. */
  negatable: boolean;
}

export interface Tree {
  root: CommandSpec;
  /** Options that every command takes, before or after its name. */
  globals: OptionSpec[];
}

const help: OptionSpec = {
  short: "-h",
  long: "--help",
  flags: "-h, --help",
  about: "display help for command",
  details: "display help for command",
  value: undefined,
  fallback: undefined,
  required: false,
  repeatable: false,
  negatable: false,
};

/** Reads a whole command tree. `topics` are what `onduty help` explains besides commands; `vendors` are offered where one is named, default all. */
export function readTree(program: Command, topics: readonly Topic[], vendors?: readonly VendorDescriptor[]): Tree {
  const root = readCommand(program, "", vendors);
  const ofRoot = (option: OptionSpec): boolean => option.long === "--version";
  const globals = root.options.filter((option) => !ofRoot(option));
  root.options = root.options.filter(ofRoot);
  const word = root.commands.find(({ name }) => name === "help");
  if (word !== undefined) Object.assign(word, { commands: helpWords(root.commands, topics, word), operands: [] });
  return { root, globals: [...globals, help] };
}

export interface Topic {
  name: string;
  about: string;
}

/** Reads a command and what is below it; `path` are its words. */
export function readCommand(command: Command, path: string, vendors?: readonly VendorDescriptor[]): CommandSpec {
  const help = command.createHelp();
  const below = (child: Command): string => (path === "" ? child.name() : `${path} ${child.name()}`);
  return {
    path,
    name: command.name(),
    aliases: command.aliases(),
    about: command.description(),
    commands: help
      .visibleCommands(command)
      .filter((child) => path === "" || child.name() !== "help")
      .map((child) => readCommand(child, below(child), vendors)),
    options: help
      .visibleOptions(command)
      .filter((option) => option.long !== "--help")
      .map((option, _, all) => readOption(option, path, all, vendors)),
    operands: command.registeredArguments.flatMap((argument) => operandValues(path, argument)),
  };
}

function readOption(
  option: Option,
  path: string,
  all: readonly Option[],
  vendors: readonly VendorDescriptor[] | undefined,
): OptionSpec {
  const [, name] = /[<[](.+?)[>\]]$/.exec(option.flags) ?? [];
  const long = option.long ?? option.flags;
  return {
    short: option.short,
    long,
    flags: option.flags,
    about: option.description,
    details: new Help().optionDescription(option),
    value:
      name === undefined
        ? undefined
        : { name, of: optionValue(path, long, name, option.argChoices, vendors), required: option.required },
    fallback: fallbackOf(option),
    required: option.mandatory,
    // Parsers that collect are not to be told from others; the description says it.
    repeatable: option.variadic || /\brepeated\b/.test(option.description),
    negatable: all.some((other) => other.long === long.replace("--", "--no-")),
  };
}

/** The default that commander knows, else the one word that the description has for it. */
function fallbackOf({ negate, defaultValue, defaultValueDescription, description }: Option): string | undefined {
  if (negate) return undefined;
  if (defaultValue !== undefined) return defaultValueDescription ?? String(defaultValue);
  return /\(default: ([^\s)]+)\)$/.exec(description)?.[1];
}

/** Behind `help` stand the same words again, without options, and the topics. */
function helpWords(commands: CommandSpec[], topics: readonly Topic[], help: CommandSpec): CommandSpec[] {
  const again = (command: CommandSpec): CommandSpec => ({
    ...command,
    path: `${help.path} ${command.path}`,
    commands: command.commands.map(again),
    options: [],
    operands: [],
  });
  const words = commands.filter((command) => command !== help).map(again);
  for (const { name, about } of topics) {
    if (words.some((word) => word.name === name)) continue;
    words.push({ path: `${help.path} ${name}`, name, aliases: [], about, commands: [], options: [], operands: [] });
  }
  return words;
}

/** The command and all below it. */
export function walk(command: CommandSpec): CommandSpec[] {
  return [command, ...command.commands.flatMap(walk)];
}
