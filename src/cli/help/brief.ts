import { ExitCode } from "../../errors.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import type { CommandTree } from "../command.ts";
import { type ArgumentHelp, type CommandHelp, describeProgram, type OptionHelp, runnableOf } from "./describe.ts";

/* The command tree for agents, who read all of it: names, arguments, and what writes. */

export interface BriefHelp {
  name: string;
  version: string;
  /** In the notation of usage lines: `[--limit=n]`, `--into=id`, `[--detail=name=value]...`. */
  globalOptions: string;
  /** Names by code. */
  exitCodes: Record<string, string>;
  commands: BriefCommand[];
}

export interface BriefCommand {
  command: string;
  summary: string;
  /** In the notation of usage lines: `<id...> [--note=text]`. */
  arguments: string;
  writes: boolean;
}

/** The program in brief; of its commands those whose words begin with `words`. */
export async function describeBriefly(
  tree: CommandTree,
  vendors: readonly VendorDescriptor[],
  words: readonly string[],
): Promise<BriefHelp> {
  const { name, version, globalOptions, commands } = await describeProgram(tree, vendors);
  const isNamed = ({ command }: CommandHelp): boolean => words.every((word, at) => command.split(" ")[at] === word);
  return {
    name,
    version,
    globalOptions: globalOptions.map(optionText).join(" "),
    exitCodes: Object.fromEntries(Object.entries(ExitCode).map(([kind, code]) => [String(code), kind])),
    commands: runnableOf(commands).filter(isNamed).map(toBrief),
  };
}

function toBrief({ command, summary, arguments: args, options, writes }: CommandHelp): BriefCommand {
  const texts = [...args.map(argumentText), ...options.map(optionText)];
  return { command, summary, arguments: texts.join(" "), writes };
}

function argumentText({ name, required, variadic }: ArgumentHelp): string {
  const text = variadic ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

/** Most words of an option that are listed instead of the name of its value. */
const maxChoices = 8;

function optionText({ name, value, choices, required, repeatable, negatable }: OptionHelp): string {
  const words = choices !== null && choices.length <= maxChoices ? choices.join("|") : value?.name;
  const flag = negatable ? `--[no-]${name.slice(2)}` : name;
  const text = words === undefined ? flag : `${flag}=${words}`;
  return `${required ? text : `[${text}]`}${repeatable ? "..." : ""}`;
}
