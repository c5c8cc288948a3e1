import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { AnyCommand, CommandGroup, CommandTree, GroupDefinition } from "../../src/cli/command.ts";
import { commandsOf } from "../../src/cli/tree.ts";

const root = new URL("../../src/commands/", import.meta.url).pathname;

interface Found<Definition> {
  /** Path below `src/commands/`: `incidents/ack.ts`. */
  file: string;
  /** Name of what the file exports. */
  name: string;
  definition: Definition;
}

/**
 * The text of `src/commands/index.ts`, made from the files beside it: what lists of commands show, and how the rest is loaded.
 * A command is a file that exports its definition and nothing else; a folder is a group, which its `group.ts` describes, or
 * the file of the same name beside it: then the group is that command by itself.
 */
export async function commandIndexText(): Promise<string> {
  const { definition: program } = await groupIn("");
  const entries = (await entriesIn("", program.order)).map((entry) => renderEntry(entry, "    "));
  return `// Made from the files in this folder by \`npm run generate\`; not written by hand.
import { type CommandIndex, command } from "../cli/tree.ts";

/** Every command, as lists show it; the rest is loaded when it is needed. */
export const index: CommandIndex = {
  summary: ${JSON.stringify(program.summary)},
  entries: [
${entries.join("\n")}
  ],
};
`;
}

/**
 * The text of `src/model/asking-commands.ts`: which commands ask a vendor, as parts of a regular expression. A word that is a command
 * by itself takes arguments, so that what follows it need not be a command.
 */
export async function askingCommandsText(): Promise<string> {
  const found = { groups: [] as string[], commands: [] as string[] };
  for (const entry of (await treeOfFiles()).entries) collectAsking(entry, entry.name, found);
  // Of two that fit the first is taken: the longer one.
  const parts = (paths: string[]): string => JSON.stringify(paths.sort().reverse().join("|"));
  return `// Made from src/commands by \`npm run generate\`; not written by hand.

/** Groups whose commands all ask a vendor. */
export const askingGroups = ${parts(found.groups)};

/** Other commands that do. */
export const askingCommands = ${parts(found.commands)};
`;
}

/** `isCovered`: the group of the entry is among `groups`. */
function collectAsking(
  entry: AnyCommand | CommandGroup,
  path: string,
  found: { groups: string[]; commands: string[] },
  isCovered = false,
): void {
  if (!("commands" in entry)) {
    if (!isCovered && asks(entry)) found.commands.push(path);
    return;
  }
  const isGroup =
    entry.own === undefined && commandsOf({ summary: "", entries: [entry] }).every((one) => asks(one.command));
  if (isGroup) found.groups.push(path);
  else if (entry.own !== undefined && asks(entry.own)) found.commands.push(path);
  for (const below of entry.commands) collectAsking(below, `${path} ${below.name}`, found, isGroup);
}

function asks({ needs, asks: asksItself }: AnyCommand): boolean {
  return needs !== undefined || asksItself === true;
}

/** The tree of the same files, whether the index is current or not. */
export async function treeOfFiles(): Promise<CommandTree> {
  const { definition: program } = await groupIn("");
  const entries = await entriesIn("", program.order);
  return {
    summary: program.summary,
    entries: entries.map(treeOf),
  };
}

function treeOf(entry: Found<AnyCommand> | FoundGroup): AnyCommand | CommandGroup {
  if (!("commands" in entry)) return entry.definition;
  const { name, aliases = [], summary } = entry.definition;
  const commands = entry.commands.map(treeOf);
  return { name, aliases, summary, commands, ...(entry.own !== undefined && { own: entry.own.definition }) };
}

/** Every definition of a command, by its file. */
export async function commandFiles(): Promise<{ file: string; exports: Record<string, unknown> }[]> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts") && name !== "index.ts").sort();
  return Promise.all(files.map(async (file) => ({ file, exports: await importFile(file) })));
}

interface FoundGroup {
  definition: GroupDefinition | AnyCommand;
  commands: (Found<AnyCommand> | FoundGroup)[];
  own?: Found<AnyCommand>;
}

/** What is in a folder of commands, in order. */
async function entriesIn(folder: string, order: readonly string[]): Promise<(Found<AnyCommand> | FoundGroup)[]> {
  const names = namesIn(folder);
  // A file beside a folder of its name belongs to the group.
  const own = names.filter((name) => !(name.endsWith(".ts") && names.includes(name.slice(0, -3))));
  return Promise.all(
    inOrder(own, order).map(async (name): Promise<Found<AnyCommand> | FoundGroup> => {
      const path = join(folder, name);
      if (name.endsWith(".ts")) return readFile<AnyCommand>(path);
      if (names.includes(`${name}.ts`)) {
        const command = await readFile<AnyCommand>(`${path}.ts`);
        return { definition: command.definition, own: command, commands: await entriesIn(path, []) };
      }
      const { definition } = await groupIn(path);
      return { definition, commands: await entriesIn(path, definition.order) };
    }),
  );
}

function renderEntry(entry: Found<AnyCommand> | FoundGroup, indent: string): string {
  if (!("commands" in entry)) return renderCommand(entry, indent);
  const { own } = entry;
  return `${indent}{
${renderNames(entry.definition, `${indent}  `)}
${own === undefined ? "" : `${indent}  load: async () => (await import("./${own.file}")).${own.name},\n`}${indent}  commands: [
${entry.commands.map((one) => renderEntry(one, `${indent}    `)).join("\n")}
${indent}  ],
${indent}},`;
}

function renderCommand({ file, name, definition }: Found<AnyCommand>, indent: string): string {
  const names = [definition.name, definition.aliases ?? [], definition.summary].map((one) => JSON.stringify(one));
  return `${indent}command(${names.join(", ")}, async () => (await import("./${file}")).${name}),`;
}

function renderNames({ name, aliases = [], summary }: GroupDefinition | AnyCommand, indent: string): string {
  const list = aliases.map((alias) => JSON.stringify(alias)).join(", ");
  return [`name: ${JSON.stringify(name)},`, `aliases: [${list}],`, `summary: ${JSON.stringify(summary)},`]
    .map((line) => `${indent}${line}`)
    .join("\n");
}

/** Files and folders of commands in a folder. */
function namesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).filter((name) => name !== "index.ts" && name !== "group.ts");
}

/** In the order that the group names; the others behind, by their names. */
function inOrder(names: string[], order: readonly string[]): string[] {
  const place = (name: string): number => {
    const at = order.indexOf(name.replace(/\.ts$/, ""));
    return at === -1 ? order.length : at;
  };
  return [...names].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

async function groupIn(folder: string): Promise<Found<GroupDefinition>> {
  return readFile<GroupDefinition>(join(folder, "group.ts"));
}

async function readFile<Definition>(file: string): Promise<Found<Definition>> {
  const [[name, definition] = ["", undefined], ...more] = Object.entries(await importFile(file));
  if (definition === undefined || more.length > 0)
    throw new Error(`src/commands/${file} has to export its definition and nothing else`);
  return { file, name, definition: definition as Definition };
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  return (await import(join(root, file))) as Record<string, unknown>;
}
