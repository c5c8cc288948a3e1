import type { AnyCommand, CommandGroup, CommandTree } from "./command.ts";

/* The tree of commands: an index that costs nothing to load, and the same with everything loaded. */

/** A command as lists show it; the rest is loaded when it is needed. */
export interface CommandEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  load(): Promise<AnyCommand>;
}

/** An entry of the index. A hundred calls of one function take a third of the time of a hundred literals. */
export function command(
  name: string,
  aliases: readonly string[],
  summary: string,
  load: CommandEntry["load"],
): CommandEntry {
  return { name, aliases, summary, load };
}

/** A word with commands below it, and perhaps groups: `schedules`, `schedules override`. */
export interface GroupEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  commands: readonly Entry[];
  /** The command that the word is without one of those: `oncall` beside `oncall take`. */
  load?(): Promise<AnyCommand>;
}

export type Entry = CommandEntry | GroupEntry;

/** The commands and groups directly after `onduty`. */
export interface CommandIndex {
  summary: string;
  entries: readonly Entry[];
}

export async function loadTree({ summary, entries }: CommandIndex): Promise<CommandTree> {
  return { summary, entries: await Promise.all(entries.map(loadEntry)) };
}

async function loadEntry(entry: Entry): Promise<AnyCommand | CommandGroup> {
  if (!("commands" in entry)) return entry.load();
  const { name, aliases, summary, commands } = entry;
  const own = await entry.load?.();
  const below = await Promise.all(commands.map(loadEntry));
  return { name, aliases, summary, commands: below, ...(own !== undefined && { own }) };
}

/** Every command, with its words after `onduty`. */
export function commandsOf({ entries }: CommandTree): { path: string; command: AnyCommand }[] {
  return entries.flatMap((entry) => commandsAt(entry, entry.name));
}

function commandsAt(entry: AnyCommand | CommandGroup, path: string): { path: string; command: AnyCommand }[] {
  if (!("commands" in entry)) return [{ path, command: entry }];
  const own = entry.own === undefined ? [] : [{ path, command: entry.own }];
  return [...own, ...entry.commands.flatMap((one) => commandsAt(one, `${path} ${one.name}`))];
}

/** The entry that a word names, by its name or an alias. */
export function entryNamed<Entry extends { name: string; aliases?: readonly string[] }>(
  entries: readonly Entry[],
  word: string,
): Entry | undefined {
  return entries.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
}
