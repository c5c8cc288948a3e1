import { usageError } from "../errors.ts";
import { nearest } from "../model/text.ts";
import type { AnyCommand, CommandGroup, CommandTree } from "./command.ts";
import { entryNamed } from "./tree.ts";

/* Finds commands by the words of a command line, with errors for unknown ones. */

/**
 * Finds the command or group for these words, and its path. The error also lists `topics`.
 *
 * @throws {CliError} `usage` if it is not found
 */
export function findCommand(
  tree: CommandTree,
  words: readonly string[],
  topics: readonly string[],
): [AnyCommand | CommandGroup, string] {
  const [first = "", ...others] = words;
  let entry = entryNamed(tree.entries, first);
  const group = doorOf(tree.entries, first);
  if (entry === undefined && group !== undefined) return findCommand(tree, [group, ...words], topics);
  if (entry === undefined) throw unknownTopic(tree.entries, words.join(" "), topics);
  let path = entry.name;
  for (const word of others) {
    if (!("commands" in entry)) break;
    const below: AnyCommand | CommandGroup | undefined = entryNamed(entry.commands, word);
    if (below === undefined) throw unknownCommand(path, entry.commands, word);
    entry = below;
    path += ` ${below.name}`;
  }
  return [entry, path];
}

/** Commands of a group that need no name of their group: `onduty ack`. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  incidents: ["ack", "resolve", "list", "show", "watch", "open"],
  events: ["trigger"],
};

interface Named {
  name: string;
  aliases?: readonly string[];
  commands?: readonly Named[];
}

/** The group whose command a word is without the group's name: `incidents` of `resolve`. */
export function doorOf(entries: readonly Named[], word: string): string | undefined {
  const isNamed = ({ name, aliases = [] }: Named): boolean => name === word || aliases.includes(word);
  const opens = ({ name, commands = [] }: Named): boolean =>
    commands.some((one) => doors[name]?.includes(one.name) === true && isNamed(one));
  return entries.find(opens)?.name;
}

/** The words of a command below a group that has this name, or nearly: `spool flush` of `flush`, `incidents ack` of `acc`. */
function below(entries: readonly Named[], word: string, exactly = false): string | undefined {
  const paths = entries.flatMap(({ name, commands = [] }) => namesBelow(name, commands));
  const own = new Set(paths.map(([name]) => name));
  const meant = own.has(word) || exactly ? word : nearest(word, [...own])[0];
  const found = paths.filter(([name]) => name === meant).map(([, path]) => path);
  const isDoor = (path: string): boolean => {
    const [group = "", command = ""] = path.split(" ");
    return doors[group]?.includes(command) === true;
  };
  return found.find(isDoor) ?? found[0];
}

/** Every name and alias of what is below a group, at any depth, each with the words that lead there. */
function namesBelow(path: string, commands: readonly Named[]): (readonly [name: string, path: string])[] {
  const near = commands.flatMap(({ name, aliases = [] }) =>
    [name, ...aliases].map((own) => [own, `${path} ${name}`] as const),
  );
  return [...near, ...commands.flatMap((one) => namesBelow(`${path} ${one.name}`, one.commands ?? []))];
}

/** The only name that begins so. */
function longer(names: readonly string[], word: string): string | undefined {
  const [name, ...others] = word.length < 2 ? [] : names.filter((one) => one.startsWith(word));
  return others.length === 0 ? name : undefined;
}

/** For a word that is neither command nor topic. */
export function unknownTopic(entries: readonly Named[], word: string, topics: readonly string[] = []): Error {
  const commands = namesOf(entries);
  const [near] = nearest(word, [...topics, ...commands]);
  const known = topics.length === 0 ? "" : `topics: ${topics.join(", ")}; `;
  return usageError(
    `unknown command or topic "${word}"; ${known}commands: ${commands.join(", ")}`,
    near === undefined ? "onduty --help" : `onduty help ${near}`,
  );
}

/** What other programs call it, and what it is here; of a command of a group its last word. */
const otherWords: Readonly<Record<string, string>> = {
  login: "profiles add",
  logout: "profiles remove",
  version: "--version",
  config: "profiles show",
  auth: "keys validate",
  init: "profiles add",
  setup: "profiles add",
  who: "oncall",
  whoisoncall: "oncall",
  note: "incidents comment",
  close: "incidents resolve",
  page: "events trigger",
  alert: "events trigger",
  mute: "silences add",
  dashboard: "incidents watch",
  "profiles set": "edit",
};

/** For a word that names no command after `onduty` or after a group, such as `schedules override`. It may be one further down. */
export function unknownCommand(group: string | undefined, entries: readonly Named[], word: string): Error {
  const path = group === undefined ? "onduty" : `onduty ${group}`;
  const names = namesOf(entries);
  const own = nearest(word, names)[0] ?? longer(names, word);
  const words = group === undefined ? word : `${group} ${word}`;
  const other = Object.hasOwn(otherWords, words) ? otherWords[words] : undefined;
  const near = other ?? below(entries, word, true) ?? own ?? below(entries, word);
  return usageError(
    `"${path}" has no command "${word}"`,
    near === undefined ? `one of ${names.join(", ")}` : `${path} ${near}`,
  );
}

/** For a group without a command. */
export function missingCommand(group: string, entries: readonly Named[]): Error {
  const names = namesOf(entries);
  return usageError(`"onduty ${group}" needs a command: ${names.join(", ")}`, `onduty ${group} ${names[0]} --help`);
}

function namesOf(entries: readonly Named[]): string[] {
  return entries.map(({ name }) => name).filter((name) => name !== "help");
}
