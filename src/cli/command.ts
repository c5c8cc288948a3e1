import type { Capability, ConnectOptions, Context, GlobalOptions, Vendor } from "../context.ts";
import type { ExitCode } from "../errors.ts";
import type { Format } from "../output/options.ts";
import type { Printer } from "../output/printer.ts";
import type { AnyResult } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import type { IdKind } from "./id-kinds.ts";

/* A command is data: one object that the parser, help, `help --json`, the man page, the reference and the completions are made from. */

/** What may stand in a place of the command line, for completion. */
export type Completion =
  /** These words; `several`: more than one of them, with commas in between; `open`: others are accepted too. */
  | { kind: "words"; words: readonly string[]; several?: true; open?: true }
  /** Ids or names that are looked up on demand, and words that stand for one of them. */
  | { kind: "ids"; of: IdKind; also?: readonly string[] }
  | { kind: "files" }
  /** Names of vendors. */
  | { kind: "vendors" }
  /** A program and its arguments. */
  | { kind: "programs" }
  /** Anything. */
  | { kind: "text" };

/** An option. Its long name is that of its property: `dedupKey` is `--dedup-key`. */
export interface OptionDefinition<Value, Always extends boolean = false> {
  /** Its long name where the property cannot have it, since a global option has that property: `input` of `--no-input`. */
  long?: string;
  /** One letter: `o` of `-o`. */
  short?: string;
  /** Name of its value, as help shows it: `duration` of `--for <duration>`; absent for a switch. */
  takes?: string;
  /** The text that it stands for when no value follows it: `next` of `--escalate [level]`; absent where one has to. */
  alone?: string;
  summary: string;
  /** `--no-spool` of the property `spool`: false when given, else true. */
  negated?: true;
  /** `--color` and `--no-color` of one property: undefined when neither is given. */
  negatable?: string;
  /** Reads its text; `before` is the value from an earlier use. @throws {InvalidArgumentError | CliError} */
  parse?(text: string, before: Value | undefined): Value;
  /** It may be given again. */
  repeatable?: true;
  /** The only words it accepts. */
  choices?: readonly string[];
  default?: Value;
  /** The default as it would be typed: `30s`. */
  defaultWord?: string;
  /** Where the default comes from, in words: `the CI job, else this host`. */
  defaultNote?: string;
  required?: true;
  /** Defaults of other options when this one is given: `{ shifts: true }`. */
  implies?: Readonly<Record<string, unknown>>;
  /** Accepted and not shown. */
  hidden?: true;
  completes?: Completion;
  /** For types alone: whether it has a value when it is not given. */
  readonly always?: Always;
}

export type OptionSet = Readonly<Record<string, OptionDefinition<unknown, boolean>>>;

/** The values that `run` gets for an option set. */
export type OptionValues<Set> = {
  [Name in keyof Set as Set[Name] extends OptionDefinition<infer _, true>
    ? Name
    : never]: Set[Name] extends OptionDefinition<infer Value, true> ? Value : never;
} & {
  [Name in keyof Set as Set[Name] extends OptionDefinition<infer _, true>
    ? never
    : Name]?: Set[Name] extends OptionDefinition<infer Value, boolean> ? Value : never;
};

/** A word that is no option. */
export interface ArgumentDefinition<Value> {
  /** As help shows it: `id` of `<id...>`. */
  name: string;
  summary: string;
  required?: true;
  /** It takes all words that follow. */
  variadic?: true;
  choices?: readonly string[];
  parse?(text: string): unknown;
  default?: Value;
  completes?: Completion;
  /** Words of different kinds under one name, as for `api`: how help and completion show them. */
  shownAs?: readonly ArgumentDefinition<unknown>[];
  /** For types alone. */
  readonly value?: Value;
}

/** In the order of the command line. */
export type ArgumentSet = Readonly<Record<string, ArgumentDefinition<unknown>>>;

export type ArgumentValues<Set> = {
  [Name in keyof Set]: Set[Name] extends ArgumentDefinition<infer Value> ? Value : never;
};

/** What each exit code means here, by its name in the table of exit codes. */
export type ExitCodes = { readonly [Name in keyof typeof ExitCode]?: string };

/** Codes that are not ours, as of a command that is run: `126 not executable`; without a number where it is not one. */
export interface ForeignExitCode {
  code: number | null;
  when: string;
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any kind.
type AnyShape = Shape<any>;

/** What a command prints; a function where the shape is loaded only when the command runs. */
export type OutputDeclaration = AnyShape | (() => Promise<AnyShape>);

export interface CommandDefinition<
  Args extends ArgumentSet = ArgumentSet,
  Options extends OptionSet = OptionSet,
  Needs extends Capability | undefined = Capability | undefined,
> {
  /** Its last word. */
  name: string;
  aliases?: readonly string[];
  /** One line without a period, for help and lists of commands. */
  summary: string;
  arguments?: Args;
  options?: Options;
  /** Global options that are different here as long as they are not given. */
  defaults?: Readonly<Partial<GlobalOptions>>;
  /** Instead of what is made from options and arguments: `[options] -- <command> [arguments...]`. */
  usage?: string;
  /** More words than it has arguments reach `run` as `excess`. */
  excess?: true;
  /** More words than it has arguments are part of the last one: a text without quotes. */
  joinsWords?: true;
  /** Its words are texts that may begin with a dash: see `takeDashWords`. */
  dashWords?: true;
  /** The capability that the vendor must have. The wrapper connects, and refuses a vendor without it. */
  needs?: Needs;
  /** It asks a vendor though it needs no capability. Messages that suggest such a command, or one with `needs`, name the profile. */
  asks?: true;
  /** The name for what the vendor lacks, in `flotiq has no incidents`. Default: the name of the capability. */
  lacks?: string;
  /** Changes how the wrapper connects, such as waiting for rate limits without end. */
  connect?(options: OptionValues<Options> & GlobalOptions, ctx: Context): Partial<ConnectOptions>;
  /**
   * It can ask several profiles at once. `several`: it runs for each of them, and its rows are merged; `own`: it connects to them by
   * itself.
   */
  profiles?: "several" | "own";
  /** It changes something: at the vendor, or in the profiles, keys and events that this machine keeps. */
  writes?: true;
  /** The command that undoes it: `incidents unack`. Without one, what it does counts as something that cannot be undone. */
  undo?: string;
  /** It does `--dry-run` by itself, such as while its input streams in. */
  ownDryRun?: true;
  /** Rows or object that it prints; absent when it prints none of its own. */
  output?: OutputDeclaration;
  /** Rows of another kind, by the switch that asks for them: `shifts`. */
  outputWith?: Readonly<Record<string, OutputDeclaration>>;
  /** How results are printed where no format is asked for, instead of as a table: `ndjson` of what comes without end. */
  defaultFormat?: Format;
  /** Paragraphs of help after the options. */
  notes?: string;
  /** Command lines that can be pasted. */
  examples: readonly string[];
  exitCodes: ExitCodes;
  foreignExitCodes?: readonly ForeignExitCode[];
  /** Checks arguments and options before a profile is read. @throws {CliError} `usage` */
  check?(options: OptionValues<Options> & GlobalOptions, args: ArgumentValues<Args>, ctx: Context): void;
  /** Does the work. What it returns is printed; what it throws is reported and decides the exit code. */
  run(invocation: Invocation<Args, Options, Needs>): Promise<AnyResult | undefined> | Promise<void>;
}

/** The input of `run`. */
export interface Invocation<Args, Options, Needs extends Capability | undefined> {
  ctx: Context;
  program: Program;
  args: ArgumentValues<Args>;
  options: OptionValues<Options> & GlobalOptions;
  /** Words after the last argument. */
  excess: readonly string[];
  printer: Printer;
  /** Prints a result before the end of the work. */
  print(result: AnyResult): Promise<void>;
  /** The vendor of the profile, with what the command needs of it. */
  vendor: Needs extends Capability ? Vendor<Needs> : undefined;
}

/** A word with commands below it, such as `incidents`. Its commands are the files beside it, its groups the folders. */
export interface GroupDefinition {
  name: string;
  aliases?: readonly string[];
  summary: string;
  /** Names of its files and folders in the order of the help; those it does not name follow. */
  order: readonly string[];
}

/** A group with all its commands loaded. */
export interface CommandGroup extends Omit<GroupDefinition, "order"> {
  commands: readonly (AnyCommand | CommandGroup)[];
  /** The command that its word is by itself. */
  own?: AnyCommand;
}

/** The full tree, loaded. */
export interface CommandTree {
  summary: string;
  entries: readonly (AnyCommand | CommandGroup)[];
}

/** The program as a command may ask about it. */
export interface Program {
  /** Every command, loaded. */
  tree(): Promise<CommandTree>;
  /** Adds the help of a command to the output, or that of the program without words. @throws {CliError} `usage` */
  showHelp(words: readonly string[]): Promise<void>;
}

/** A command with its types forgotten, for what only reads or runs it. */
export interface AnyCommand extends Omit<CommandDefinition, "connect" | "check" | "run"> {
  // biome-ignore lint/suspicious/noExplicitAny: what these take, the command's own arguments and options give.
  connect?(options: any, ctx: Context): Partial<ConnectOptions>;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  check?(options: any, args: any, ctx: Context): void;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  run(invocation: any): Promise<AnyResult | undefined> | Promise<void>;
}

/** Declares a command. See `docs/adding-a-command.md`. */
export function defineCommand<
  const Args extends ArgumentSet = Record<never, never>,
  const Options extends OptionSet = Record<never, never>,
  const Needs extends Capability | undefined = undefined,
>(definition: CommandDefinition<Args, Options, Needs>): CommandDefinition<Args, Options, Needs> {
  return definition;
}

/** Declares a group of commands, in the file `group.ts` of its folder. */
export function defineGroup(definition: GroupDefinition): GroupDefinition {
  return definition;
}
