import type { AnyCommand, CommandTree } from "./command.ts";

/* The tree of commands: an index that costs nothing to load, and the same with everything loaded. */

/** A command as lists show it; the rest is loaded when it is needed. */
export interface CommandEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  load(): Promise<AnyCommand>;
}

/** A word with commands below it: `incidents`. */
export interface GroupEntry {
  name: string;
  aliases: readonly string[];
  summary: string;
  commands: readonly CommandEntry[];
}

/** The commands and groups directly after `onduty`. */
export interface CommandIndex {
  summary: string;
  entries: readonly (CommandEntry | GroupEntry)[];
}

export async function loadTree({ summary, entries }: CommandIndex): Promise<CommandTree> {
  const loaded = entries.map(async (entry) => {
    if (!("commands" in entry)) return entry.load();
    const { name, aliases, summary: about, commands } = entry;
    return { name, aliases, summary: about, commands: await Promise.all(commands.map(({ load }) => load())) };
  });
  return { summary, entries: await Promise.all(loaded) };
}

/** Every command, with its words after `onduty`. */
export function commandsOf({ entries }: CommandTree): { path: string; command: AnyCommand }[] {
  return entries.flatMap((entry) =>
    "commands" in entry
      ? entry.commands.map((command) => ({ path: `${entry.name} ${command.name}`, command }))
      : [{ path: entry.name, command: entry }],
  );
}

/** The entry that a word names, by its name or an alias. */
export function entryNamed<Entry extends { name: string; aliases?: readonly string[] }>(
  entries: readonly Entry[],
  word: string,
): Entry | undefined {
  return entries.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
}
