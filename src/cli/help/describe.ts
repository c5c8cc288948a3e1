import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { commit, version } from "../../version.ts";
import type { AnyCommand, CommandGroup, CommandTree } from "../command.ts";
import { commandSpec, type OperandSpec, type OptionSpec, type ShellCompletion, toSpecs } from "../completion/specs.ts";
import { exitCodesOf } from "../notes-text.ts";
import { flagOf } from "../parser.ts";
import { loadShape } from "../run-command.ts";
import { flow } from "../wrap.ts";
import { exitCodeRows } from "./exit-codes.ts";
import { topics } from "./topics.ts";

/* The command tree as `onduty help --json` prints it, from the same specs as completions and the manual. */

export interface ProgramHelp {
  name: string;
  version: string;
  /** Short; null when it is not known. */
  commit: string | null;
  summary: string;
  /** Only without a command. */
  options: OptionHelp[];
  /** Of every command, before or after its name. */
  globalOptions: OptionHelp[];
  exitCodes: { code: number; name: string; when: string }[];
  commands: (CommandHelp | FamilyHelp)[];
  topics: { topic: string; summary: string }[];
}

/** A word with commands below it. */
export interface FamilyHelp {
  command: string;
  aliases: string[];
  summary: string;
  commands: (CommandHelp | FamilyHelp)[];
}

/** What can be run, of entries and of all below them. */
export function runnableOf(entries: readonly (CommandHelp | FamilyHelp)[]): CommandHelp[] {
  return entries.flatMap((entry) => [...("output" in entry ? [entry] : []), ...runnableOf(entry.commands ?? [])]);
}

export interface CommandHelp {
  /** Its words after `onduty`, with a space between them: `incidents ack`. */
  command: string;
  /** Other last words. */
  aliases: string[];
  summary: string;
  arguments: ArgumentHelp[];
  /** Its own; the global ones stand with the program. */
  options: OptionHelp[];
  examples: string[];
  exitCodes: { code: number | null; when: string }[];
  /** The notes of its help, a line for each paragraph and each row of a list; null if it has none. */
  notes: string | null;
  /** Whether it changes something: at the vendor, or in the profiles, keys and events that this machine keeps. */
  writes: boolean;
  /** Fields of what it prints as JSON; null when it prints no rows of its own. */
  output: OutputHelp | null;
  /** Those below it, of a command that has some. */
  commands?: (CommandHelp | FamilyHelp)[];
}

export interface OutputHelp {
  fields: readonly string[];
  /** Rows have other fields as well. */
  anyField: boolean;
  /** Fields of other rows, by the option that asks for them. */
  withOption: Record<string, readonly string[]>;
}

export interface ArgumentHelp {
  name: string;
  required: boolean;
  variadic: boolean;
  description: string;
  /** Words that it takes; null when they are not known, or others do too. */
  choices: readonly string[] | null;
  default: string | null;
}

export interface OptionHelp {
  /** As help shows it: `-o, --output <format>`. */
  flags: string;
  /** `--output`. */
  name: string;
  /** `-o`. */
  short: string | null;
  description: string;
  /** Its value, and whether it is required; null for a switch. */
  value: { name: string; required: boolean } | null;
  /** Words that it takes; null when they are not known, or others do too. */
  choices: readonly string[] | null;
  /** As it would be typed. */
  default: string | null;
  /** The command cannot do without it. */
  required: boolean;
  repeatable: boolean;
  /** It has a `--no-` form beside it. */
  negatable: boolean;
}

/** The full program. */
export async function describeProgram(tree: CommandTree, vendors: readonly VendorDescriptor[]): Promise<ProgramHelp> {
  const { root, globals } = toSpecs(tree, topics, vendors);
  return {
    name: root.name,
    version,
    commit: commit === "" ? null : commit,
    summary: root.about,
    options: root.options.map(describeOption),
    globalOptions: globals.map(describeOption),
    exitCodes: exitCodeRows,
    commands: await Promise.all(tree.entries.map((entry) => describeEntry(entry, vendors))),
    topics: topics.map(({ name, about }) => ({ topic: name, summary: about })),
  };
}

/** A command whose words after `onduty` are `path`, or a group with its commands. */
export async function describeEntry(
  entry: AnyCommand | CommandGroup,
  vendors: readonly VendorDescriptor[],
  path: string = entry.name,
): Promise<CommandHelp | FamilyHelp> {
  if (!("commands" in entry)) return describeCommand(entry, path, vendors);
  const { aliases = [], summary, own } = entry;
  const commands = await Promise.all(entry.commands.map((one) => describeEntry(one, vendors, `${path} ${one.name}`)));
  if (own !== undefined) return { ...(await describeCommand(own, path, vendors)), commands };
  return { command: path, aliases: [...aliases], summary, commands };
}

/** A command whose words after `onduty` are `path`. */
async function describeCommand(
  command: AnyCommand,
  path: string,
  vendors: readonly VendorDescriptor[],
): Promise<CommandHelp> {
  const spec = commandSpec(command, path, vendors);
  return {
    command: path,
    aliases: [...spec.aliases],
    summary: spec.about,
    arguments: spec.operands.map(describeArgument),
    options: spec.options.map(describeOption),
    examples: [...command.examples],
    exitCodes: exitCodesOf(command),
    notes: command.notes === undefined ? null : flow(command.notes.trim(), Infinity),
    writes: command.writes === true,
    output: await describeOutput(command),
  };
}

async function describeOutput({ output, outputWith = {} }: AnyCommand): Promise<OutputHelp | null> {
  const shape = await loadShape(output);
  if (shape === undefined) return null;
  const { fields, anyField = false } = shape;
  const others = Object.entries(outputWith).map(
    async ([name, declared]) => [flagOf(name), (await loadShape(declared))?.fields ?? []] as const,
  );
  return { fields, anyField, withOption: Object.fromEntries(await Promise.all(others)) };
}

function describeArgument({ name, required, variadic, about, value, fallback }: OperandSpec): ArgumentHelp {
  return { name, required, variadic, description: about, choices: choicesOf(value), default: fallback ?? null };
}

function describeOption(option: OptionSpec): OptionHelp {
  const { flags, long, short, about, value, fallback, required, repeatable, negatable } = option;
  return {
    flags,
    name: long,
    short: short ?? null,
    description: about,
    value: value === undefined ? null : { name: value.name, required: value.required },
    choices: value === undefined ? null : choicesOf(value.of),
    default: fallback ?? null,
    required,
    repeatable,
    negatable,
  };
}

function choicesOf(value: ShellCompletion): readonly string[] | null {
  return value.kind === "words" && value.open !== true ? value.words : null;
}
