import type { Command } from "commander";
import { commit, version } from "../../version.ts";
import { type CommandSpec, type OptionSpec, readCommand, readTree } from "../completion/tree.ts";
import type { OperandSpec, Value } from "../completion/values.ts";
import { type Printed, traitsOf } from "../traits.ts";
import { exitCodeRows } from "./exit-codes.ts";
import { type Notes, notesOf, readNotes } from "./notes.ts";
import { topics } from "./topics.ts";

/* The command tree as `onduty help --json` tells it, from the same reading as completions and the manual. */

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

/** A word that commands stand behind. */
export interface FamilyHelp {
  command: string;
  aliases: string[];
  summary: string;
  commands: CommandHelp[];
}

export interface CommandHelp {
  /** Its words behind `onduty`, with a space between them: `incidents ack`. */
  command: string;
  /** Other last words. */
  aliases: string[];
  summary: string;
  arguments: ArgumentHelp[];
  /** Its own; the global ones stand with the program. */
  options: OptionHelp[];
  examples: string[];
  exitCodes: Notes["exitCodes"];
  /** Whatever else its help says; null when that is nothing. */
  notes: string | null;
  /** Whether it changes something: at the vendor, or in the profiles, keys and events that this machine keeps. */
  writes: boolean;
  /** Fields of what it prints as JSON; null when it prints no rows of its own. */
  output: OutputHelp | null;
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
  /** What follows it, and whether it has to; null for a switch. */
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

/** A whole program, filled to its last command. */
export async function describeProgram(program: Command): Promise<ProgramHelp> {
  const { root, globals } = readTree(program, topics);
  return {
    name: root.name,
    version,
    commit: commit === "" ? null : commit,
    summary: root.about,
    options: root.options.map(describeOption),
    globalOptions: globals.map(describeOption),
    exitCodes: exitCodeRows,
    commands: await Promise.all(program.commands.map((command) => describeCommand(command))),
    topics: topics.map(({ name, about }) => ({ topic: name, summary: about })),
  };
}

/** A command of the first level, filled, or one below it. */
export async function describeCommand(command: Command): Promise<CommandHelp | FamilyHelp> {
  const spec = readCommand(command, pathOf(command));
  if (command.commands.length === 0) return describeLeaf(command, spec);
  const commands = command.commands.map((child) => describeLeaf(child, readCommand(child, pathOf(child))));
  const { path, aliases, about } = spec;
  return { command: path, aliases, summary: about, commands: await Promise.all(commands) };
}

async function describeLeaf(command: Command, spec: CommandSpec): Promise<CommandHelp> {
  const { examples, exitCodes, text } = readNotes(notesOf(command));
  const { writes = false } = traitsOf(command);
  return {
    command: spec.path,
    aliases: spec.aliases,
    summary: spec.about,
    arguments: spec.operands.map(describeArgument),
    options: spec.options.map(describeOption),
    examples,
    exitCodes,
    notes: text,
    writes,
    output: await describeOutput(command),
  };
}

async function describeOutput(command: Command): Promise<OutputHelp | null> {
  const { prints, printsWith = {} } = traitsOf(command);
  if (prints === undefined) return null;
  const { fields, anyField = false }: Printed = typeof prints === "function" ? await prints() : prints;
  const others = Object.entries(printsWith).map(async ([flag, load]) => [flag, (await load()).fields] as const);
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

function choicesOf(value: Value): readonly string[] | null {
  return value.kind === "words" && value.open !== true ? value.words : null;
}

function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}
