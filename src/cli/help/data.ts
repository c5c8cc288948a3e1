import type { Context } from "../../context.ts";
import type { Printer } from "../../output/printer.ts";
import { type AnyResult, list, object } from "../../output/result.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import type { CommandTree, Program } from "../command.ts";
import { findCommand } from "../find-command.ts";
import { describeBriefly } from "./brief.ts";
import { describeEntry, describeProgram } from "./describe.ts";
import { type HelpTopic, topics } from "./topics.ts";

/** The topic or command of a help request; a word can be both. */
export interface HelpRequest {
  words: readonly string[];
  topic: HelpTopic | undefined;
  /** Of commands their names, arguments, and whether they write. */
  brief: boolean;
}

/** Help for programs: a topic that is a table as rows, anything else as one object. A word may be topic and command. */
export async function helpAsData(
  ctx: Context,
  printer: Printer,
  program: Program,
  request: HelpRequest,
): Promise<AnyResult> {
  const { topic } = request;
  const rows = await topic?.rows?.(ctx.vendors);
  const [first] = rows ?? [];
  if (rows !== undefined && first !== undefined) {
    const fields = Object.keys(first);
    printer.check({ fields });
    const columns = fields.map((field) => ({ header: field.toUpperCase(), value: cell(field) }));
    return list([...rows], { shape: { columns, fields } });
  }
  const shown = await describe(program, request, ctx.vendors);
  const shape = { columns: [], fields: Object.keys(shown) };
  printer.check(shape);
  return object(shown, { shape });
}

async function describe(
  program: Program,
  { words, topic, brief }: HelpRequest,
  vendors: readonly VendorDescriptor[],
): Promise<object> {
  const tree = await program.tree();
  const isCommand = topic === undefined || tree.entries.some(({ name }) => name === topic.name);
  if (brief && isCommand) return describeBriefly(tree, vendors, wordsOf(tree, words));
  if (topic === undefined && words.length === 0) return describeProgram(tree, vendors);
  const described = isCommand ? await describeWords(tree, words, vendors) : undefined;
  if (topic === undefined) return described ?? {};
  return { topic: topic.name, ...(described ?? { summary: topic.about }), text: await topic.load(vendors) };
}

/** The words of a command by their full names. @throws {CliError} `usage` on what is no command */
function wordsOf(tree: CommandTree, words: readonly string[]): string[] {
  return words.length === 0 ? [] : named(tree, words)[1].split(" ");
}

function named(tree: CommandTree, words: readonly string[]): ReturnType<typeof findCommand> {
  return findCommand(
    tree,
    words,
    topics.map(({ name }) => name),
  );
}

function describeWords(
  tree: CommandTree,
  words: readonly string[],
  vendors: readonly VendorDescriptor[],
): Promise<object> {
  const [entry, path] = named(tree, words);
  return describeEntry(entry, vendors, path);
}

function cell(field: string): (row: object) => string | null {
  return (row) => String(new Map(Object.entries(row)).get(field) ?? "");
}
