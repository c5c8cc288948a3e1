import { Help } from "commander";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { vendors as allVendors, providerNames } from "../../providers/index.ts";
import type {
  AnyCommand,
  ArgumentDefinition,
  CommandGroup,
  CommandTree,
  Completion,
  OptionDefinition,
} from "../command.ts";
import { doors } from "../find-command.ts";
import { globalOptions, versionOption } from "../global-options.ts";
import { flagOf, flagsOf, toOptions } from "../parser.ts";

/* The command tree as completions, the manual and the reference write it: texts that are ready to print. */

export type ShellCompletion = Exclude<Completion, { kind: "vendors" }>;

export interface CommandSpec {
  /** Its words after `onduty`, with a space between them: `incidents list`; empty for the program. */
  path: string;
  name: string;
  aliases: readonly string[];
  about: string;
  commands: CommandSpec[];
  /** Its own; what every command takes stands with the tree. */
  options: OptionSpec[];
  /** Words that are no options, in order. */
  operands: OperandSpec[];
  /** Absent for the program, and for groups that are no command by themselves. */
  definition?: AnyCommand;
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
  value: { name: string; of: ShellCompletion; required: boolean } | undefined;
  /** Its default, as it would be typed. Undefined if it has none, or if it is more than a word. */
  fallback: string | undefined;
  /** The command cannot do without it. */
  required: boolean;
  repeatable: boolean;
  /** It has a `--no-` form beside it. */
  negatable: boolean;
}

export interface OperandSpec {
  name: string;
  about: string;
  value: ShellCompletion;
  /** It may stand there again and again. */
  variadic: boolean;
  required: boolean;
  /** As it would be typed; undefined if it has none. */
  fallback: string | undefined;
}

export interface Specs {
  root: CommandSpec;
  /** Options that every command takes, before or after its name. */
  globals: OptionSpec[];
}

/** What `onduty help` explains besides commands. */
export interface Topic {
  name: string;
  about: string;
}

/** `vendors` are offered where one is named. */
export function toSpecs(
  { summary, entries }: CommandTree,
  topics: readonly Topic[],
  vendors: readonly VendorDescriptor[] = allVendors,
): Specs {
  const commands = entries.map((entry) => toGroupOrCommand(entry, entry.name, vendors));
  const root: CommandSpec = {
    path: "",
    name: "onduty",
    aliases: [],
    about: summary,
    commands,
    options: optionSpecs("version", versionOption, vendors),
    operands: [],
  };
  const word = commands.find(({ name }) => name === "help");
  if (word !== undefined) Object.assign(word, { commands: helpWords(commands, topics, word), operands: [] });
  const globals = Object.entries<OptionDefinition<unknown, boolean>>(globalOptions).flatMap(([name, option]) =>
    optionSpecs(name, option, vendors),
  );
  const help = optionSpecs("help", { short: "h", summary: "display help for command" }, vendors);
  return { root, globals: [...globals, ...help] };
}

function toGroupOrCommand(
  entry: AnyCommand | CommandGroup,
  path: string,
  vendors: readonly VendorDescriptor[],
): CommandSpec {
  if (!("commands" in entry)) return commandSpec(entry, path, vendors);
  const { name, aliases = [], summary, own } = entry;
  const commands = entry.commands.map((one) => toGroupOrCommand(one, `${path} ${one.name}`, vendors));
  if (own !== undefined) return { ...commandSpec(own, path, vendors), commands };
  return { path, name, aliases, about: summary, commands, options: [], operands: [] };
}

/** A command whose words after `onduty` are `path`. */
export function commandSpec(
  definition: AnyCommand,
  path: string,
  vendors: readonly VendorDescriptor[] = allVendors,
): CommandSpec {
  const { name, aliases = [], summary, options = {}, arguments: operands = {} } = definition;
  return {
    path,
    name,
    aliases,
    about: summary,
    commands: [],
    options: Object.entries<OptionDefinition<unknown, boolean>>(options)
      .filter(([, { hidden }]) => hidden !== true)
      .flatMap(([option, own]) => optionSpecs(option, own, vendors)),
    operands: Object.values<ArgumentDefinition<unknown>>(operands).flatMap((one) =>
      (one.shownAs ?? [one]).map((shown) => operandSpec(shown, vendors)),
    ),
    definition,
  };
}

/** An option as lists show it, and its `--no-` form where it has one. */
function optionSpecs(
  name: string,
  definition: OptionDefinition<unknown, boolean>,
  vendors: readonly VendorDescriptor[],
): OptionSpec[] {
  const { short, summary, takes, alone, choices, completes, required, repeatable, negated, negatable } = definition;
  const isNeeded = alone === undefined;
  const [option, opposite] = toOptions(name, definition);
  const detailsOf = (one: typeof option): string => (one === undefined ? summary : new Help().optionDescription(one));
  const flag = flagOf(definition.long ?? name);
  const long = negated === true ? flag.replace("--", "--no-") : flag;
  const fallback = definition.defaultWord ?? wordOf(definition.default);
  const spec: OptionSpec = {
    short: short === undefined ? undefined : `-${short}`,
    long,
    flags: flagsOf(name, definition),
    about: option?.description ?? summary,
    details: detailsOf(option),
    value:
      takes === undefined
        ? undefined
        : { name: takes, of: completionOf(choices, completes, vendors), required: isNeeded },
    fallback,
    required: required === true,
    repeatable: repeatable === true,
    negatable: negatable !== undefined,
  };
  if (negatable === undefined) return [spec];
  const flags = opposite?.flags ?? "";
  const no = { short: undefined, long: flags, flags, about: negatable, details: detailsOf(opposite), negatable: false };
  return [spec, { ...spec, ...no }];
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function operandSpec(argument: ArgumentDefinition<unknown>, vendors: readonly VendorDescriptor[]): OperandSpec {
  const { name, summary, choices, completes, variadic, required } = argument;
  return {
    name,
    about: summary,
    value: completionOf(choices, completes, vendors),
    variadic: variadic === true,
    required: required === true,
    fallback: wordOf(argument.default),
  };
}

/** What a shell completes; names of vendors are words by then. */
function completionOf(
  choices: readonly string[] | undefined,
  completes: Completion | undefined,
  vendors: readonly VendorDescriptor[],
): ShellCompletion {
  if (choices !== undefined) return { kind: "words", words: choices };
  if (completes?.kind === "vendors") return { kind: "words", words: providerNames(vendors) };
  return completes ?? { kind: "text" };
}

/** `help` takes the same words again, without options, and the topics. */
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

/** What a word behind a command may lead to: those below it, and behind `onduty` those that need no name of their group. */
export function reachable({ path, commands }: CommandSpec): CommandSpec[] {
  if (path !== "") return commands;
  const short = commands.flatMap((group) => group.commands.filter(({ name }) => doors[group.name]?.includes(name)));
  return [...commands, ...short];
}

/** The commands that can be run, of one and of all below it: no groups. `help` is one, and not the words behind it. */
export function runnable(command: CommandSpec): CommandSpec[] {
  if (command.commands.length === 0 || command.name === "help") return [command];
  return [...(command.definition === undefined ? [] : [command]), ...command.commands.flatMap(runnable)];
}
