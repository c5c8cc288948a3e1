import { Command, Help } from "commander";
import type { Context, GlobalOptions } from "../context.ts";
import { ExitCode } from "../errors.ts";
import type { AnyCommand, Program } from "./command.ts";
import { doorOf, doors, missingCommand, unknownCommand, unknownTopic } from "./find-command.ts";
import { addGlobalOptions, globalOptions, versionOption } from "./global-options.ts";
import { namedGlobalOptions, namedOptions } from "./named-options.ts";
import { declare, toOptions } from "./parser.ts";
import { type CommandEntry, type CommandIndex, type Entry, entryNamed, type GroupEntry, loadTree } from "./tree.ts";
import { wrap } from "./wrap.ts";

export interface ProgramOptions {
  index: CommandIndex;
  /** The words of the command line, where they are known: only commands that they name are declared. Default: all. */
  words?: readonly string[];
  /** Whether the options of all commands are declared, named or not, so that the hint of an error can name them. */
  everyOption?: boolean;
  context: Context;
  /** Topics of `onduty help`, named below the program's own help. */
  topics: readonly string[];
  /** Takes the text of a help that was asked for. */
  writeHelp(text: string): void;
}

/** Feeds commander with the commands of an index. A command is loaded when it is run, or when its help is shown. */
export function buildProgram({ index, words = [], everyOption, context, topics, writeHelp }: ProgramOptions): Command {
  const root = new Command("onduty");
  root
    .description(index.summary)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: writeHelp,
      // `main` reports usage errors in the one form all errors have.
      writeErr: () => {},
      getOutHelpWidth: () => context.streams.out.columns,
      getErrHelpWidth: () => context.streams.err.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      sortSubcommands: false,
      // With commander's 40, texts beside long names of commands are not broken at 80 columns at all.
      minWidthToWrap: 20,
      // Not an option of the program: it would then be accepted after any command, and a deploy has a version too.
      visibleOptions(command) {
        const options = Help.prototype.visibleOptions.call(this, command);
        return command === root ? [...toOptions("version", versionOption), ...options] : options;
      },
    })
    .helpCommand(false)
    .addHelpText("after", () => {
      const line = `Topics, as in \`onduty help ${topics[0]}\`: ${topics.join(", ")}`;
      return `\n${wrap(line, context.streams.out.columns).join("\n")}`;
    })
    .addHelpText("afterAll", ({ command }) => globalHint(command, root));
  addGlobalOptions(root, everyOption === true ? globalOptions : namedGlobalOptions(words));
  const loader = new Loader(root, index, { context, topics, words });
  loaders.set(root, loader);
  for (const entry of namedEntries(index.entries, words)) loader.add(root, entry);
  for (const entry of namedEntries(doorEntries(index), words)) loader.add(root, entry, { hidden: true });
  refuseUnknownWords(root, undefined, index.entries);
  root.hook("preSubcommand", (_, command) => loader.fill(command, root.args));
  root.allowExcessArguments(true).action(() => {
    if (root.args.length > 0) throw unknownCommand(undefined, index.entries, root.args[0] ?? "");
    root.outputHelp();
  });
  return root;
}

function doorEntries({ entries }: CommandIndex): CommandEntry[] {
  return Object.entries(doors).flatMap(([group, names]) => {
    const entry = entryNamed(entries, group);
    if (entry === undefined || !("commands" in entry)) return [];
    return entry.commands.filter((one): one is CommandEntry => !("commands" in one) && names.includes(one.name));
  });
}

/** Where the options of all commands are explained; the program's own help has them. */
function globalHint(command: Command, root: Command): string {
  if (command === root) return "";
  // The notes of a command end with a line of their own.
  const hasNotes = command.commands.length === 0 || loaders.get(root)?.isDeclared(command) === true;
  return `${hasNotes ? "" : "\n"}Global options: onduty help options`;
}

/** The entries that words of a command line name; all of them for help, and where the words name none. */
function namedEntries<Any extends Entry>(entries: readonly Any[], words: readonly string[]): readonly Any[] {
  if (["help", "--help", "-h"].some((word) => words.includes(word))) return entries;
  const named = entries.filter(
    ({ name, aliases }) => words.includes(name) || aliases.some((one) => words.includes(one)),
  );
  return named.length === 0 ? entries : named;
}

/** Declares commands of commander's when they are needed. */
class Loader implements Program {
  readonly #root: Command;
  readonly #index: CommandIndex;
  readonly #context: Context;
  readonly #topics: readonly string[];
  readonly #words: readonly string[];
  /** Groups that are commands by themselves, and are declared. */
  readonly #declared = new Set<Command>();
  readonly #waiting = new Map<Command, { entry: Entry; path: string }>();

  constructor(
    root: Command,
    index: CommandIndex,
    { context, topics, words }: Required<Pick<ProgramOptions, "context" | "topics" | "words">>,
  ) {
    this.#root = root;
    this.#index = index;
    this.#context = context;
    this.#topics = topics;
    this.#words = words;
  }

  /** Declares what lists show of an entry; `path` are its words after `onduty`. */
  add(parent: Command, entry: Entry, { hidden = false, path = entry.name } = {}): void {
    const command = parent
      .command(entry.name, { hidden })
      .description(entry.summary)
      .aliases([...entry.aliases]);
    this.#waiting.set(command, { entry, path });
    if (!("commands" in entry)) return;
    command.hook("preSubcommand", (_, child) => this.fill(child, command.args));
    if (entry.load !== undefined) return;
    refuseUnknownWords(command, path, entry.commands);
    command.allowExcessArguments(true).action(async () => {
      const [word] = command.args;
      if (word !== undefined) throw unknownCommand(path, entry.commands, word);
      const { json, output, jq } = command.optsWithGlobals<GlobalOptions>();
      const { env, streams } = this.#context;
      // Who reads JSON gets an error, as JSON.
      if (json === true || output !== undefined || jq !== undefined || env.ONDUTY_OUTPUT)
        throw missingCommand(path, entry.commands);
      await streams.err.write(command.helpInformation({ error: true }));
      this.#context.exitCode = ExitCode.usage;
    });
  }

  /**
   * Loads and declares a command; of a group all its commands, where `words` ask for its help. `words` begin with the command's
   * own.
   */
  async fill(command: Command, words: readonly string[]): Promise<void> {
    const waiting = this.#waiting.get(command);
    if (waiting === undefined) return;
    const { entry } = waiting;
    if ("commands" in entry) return this.#fillGroup(command, entry, words);
    this.#waiting.delete(command);
    this.#declare(command, await entry.load());
  }

  async #fillGroup(command: Command, entry: GroupEntry, words: readonly string[]): Promise<void> {
    const asksHelp = words.includes("--help") || words.includes("-h");
    if (entry.load !== undefined) {
      // Its own options are accepted anywhere behind it: with them, those of a command below would never get there.
      const [, next] = words;
      const isBelow = next !== undefined && entryNamed(entry.commands, next) !== undefined;
      if (!isBelow) await this.#declareOwn(command, entry.load);
      if (!isBelow && words.length > 0 && !asksHelp) return;
    }
    this.#expand(command, entry, words);
    const isNamed = entry.commands.some(({ name, aliases }) =>
      words.some((word) => word === name || aliases.includes(word)),
    );
    if (asksHelp && !isNamed) for (const below of command.commands) await this.fill(below, []);
  }

  /** Whether a group is a command by itself, and is declared. */
  isDeclared(command: Command): boolean {
    return this.#declared.has(command);
  }

  /** Declares what a group is by itself, once. */
  async #declareOwn(command: Command, load: CommandEntry["load"]): Promise<void> {
    if (this.#declared.has(command)) return;
    this.#declared.add(command);
    this.#declare(command, await load());
  }

  #declare(command: Command, definition: AnyCommand): void {
    const { options: own = {} } = definition;
    const named = namedOptions(own, this.#words);
    if (named === undefined) addGlobalOptions(this.#root, globalOptions);
    declare(command, definition, { ctx: this.#context, program: this, options: named ?? own });
  }

  /** Adds the commands of a group, once. */
  #expand(command: Command, entry: GroupEntry, words: readonly string[]): void {
    if (command.commands.length > 0) return;
    const path = this.#waiting.get(command)?.path ?? entry.name;
    for (const below of namedEntries(entry.commands, words))
      this.add(command, below, { path: `${path} ${below.name}` });
  }

  tree(): ReturnType<typeof loadTree> {
    return loadTree(this.#index);
  }

  async showHelp(words: readonly string[]): Promise<void> {
    let command = this.#root;
    let group: GroupEntry | undefined;
    const path: string[] = [];
    const first = words[0] ?? "";
    const door = entryNamed(this.#index.entries, first) === undefined && doorOf(this.#index.entries, first);
    for (const word of door ? [door, ...words] : words) {
      const entries = group?.commands ?? this.#index.entries;
      const entry = entryNamed(entries, word);
      const next = command.commands.find((one) => one.name() === entry?.name);
      if (entry === undefined || next === undefined)
        throw command === this.#root
          ? unknownTopic(entries, words.join(" "), this.#topics)
          : unknownCommand(path.join(" "), entries, word);
      path.push(entry.name);
      command = next;
      group = "commands" in entry ? entry : undefined;
      if (group !== undefined) this.#expand(command, group, []);
    }
    await this.fill(command, ["--help"]);
    command.outputHelp();
  }

  /** Loads everything. */
  async fillAll(): Promise<void> {
    // What a group adds is waiting then, too.
    for (const command of this.#waiting.keys()) await this.fill(command, []);
  }
}

const loaders = new WeakMap<Command, Loader>();

/** Declares every command of a program at once, for callers that parse without running. */
export async function fillProgram(program: Command): Promise<void> {
  await loaders.get(program)?.fillAll();
}

/** `onduty incidents lisst --help` must fail, not print help. */
function refuseUnknownWords(
  command: Command,
  group: string | undefined,
  entries: readonly { name: string; aliases: readonly string[] }[],
): void {
  command.on("beforeHelp", () => {
    const [word] = command.args;
    if (word === undefined || word.startsWith("-")) return;
    if (entryNamed(entries, word) === undefined) throw unknownCommand(group, entries, word);
  });
}

/** The error for a word that is no command, where an option behind it was refused first: `onduty acc --service search`. */
export function unknownWord(program: Command, index: CommandIndex): Error | undefined {
  let command = program;
  let { entries }: { entries: readonly Entry[] } = index;
  const path: string[] = [];
  for (;;) {
    const [word] = command.args;
    if (word === undefined || word.startsWith("-")) return undefined;
    const next = command.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
    const entry = entryNamed(entries, word);
    if (entry === undefined && next === undefined) return unknownCommand(path.join(" ") || undefined, entries, word);
    // A command, or a group that takes any word.
    if (entry === undefined || next === undefined || !("commands" in entry) || entry.load !== undefined)
      return undefined;
    path.push(entry.name);
    command = next;
    entries = entry.commands;
  }
}

/** Whether a command line asks for the version: before the first word, which is a command's. */
export function asksVersion(argv: readonly string[]): boolean {
  const word = argv.findIndex((argument) => !argument.startsWith("-") || argument === "--");
  return (word === -1 ? argv : argv.slice(0, word)).some((argument) => argument === "--version" || argument === "-V");
}
