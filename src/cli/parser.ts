import { Argument, type Command, Option } from "commander";
import type { Context, GlobalOptions } from "../context.ts";
import type { AnyCommand, ArgumentDefinition, OptionDefinition, OptionSet, Program } from "./command.ts";
import { takeDashWords } from "./dash-words.ts";
import { type ParsedOptions, toGlobalOptions } from "./named-profiles.ts";
import { notesText } from "./notes-text.ts";

/* Feeds commander from the definitions of commands. */

/** Declares arguments, options, help and action of a command of commander; `options` are those of its own that are declared. */
export function declare(
  command: Command,
  definition: AnyCommand,
  { ctx, program, options }: { ctx: Context; program: Program; options: OptionSet },
): void {
  const { summary, aliases = [], usage, excess, joinsWords, dashWords, defaults = {} } = definition;
  const args: [name: string, argument: ArgumentDefinition<unknown>][] = Object.entries(definition.arguments ?? {});
  command.description(summary);
  for (const alias of aliases) if (!command.aliases().includes(alias)) command.alias(alias);
  if (usage !== undefined) command.usage(usage);
  showArguments(
    command,
    args.map(([, argument]) => argument),
  );
  // A group allows them, which its commands would inherit.
  command.allowExcessArguments(excess === true || joinsWords === true);
  if (dashWords === true) takeDashWords(command);
  for (const [, argument] of args) command.addArgument(toArgument(argument));
  for (const [name, option] of Object.entries(options))
    for (const one of toOptions(name, option)) command.addOption(one);
  command.addHelpText("after", () => notesText(definition, ctx.streams.out.columns));
  command.action(async (...given: unknown[]) => {
    const { runCommand } = await import("./run-command.ts");
    const values = Object.fromEntries(args.map(([name], index) => [name, given[index]]));
    const more = command.args.slice(args.length);
    const last = args.at(-1)?.[0];
    if (joinsWords === true && last !== undefined && more.length > 0) values[last] = [values[last], ...more].join(" ");
    await runCommand(definition, ctx, program, {
      args: values,
      options: {
        ...toGlobalOptions(command.optsWithGlobals<ParsedOptions>()),
        ...notGiven(command, defaults),
      },
      excess: joinsWords === true ? [] : more,
    });
  });
}

/** The defaults of options that are not given on the command line. */
function notGiven(command: Command, defaults: Readonly<Partial<GlobalOptions>>): Partial<GlobalOptions> {
  const isGiven = (name: string): boolean => command.getOptionValueSourceWithGlobals(name) === "cli";
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !isGiven(name)));
}

/** Where arguments are not shown as they are parsed: other ones in help. */
function showArguments(command: Command, args: readonly ArgumentDefinition<unknown>[]): void {
  if (args.every(({ shownAs }) => shownAs === undefined)) return;
  const shown = args.flatMap((argument) => argument.shownAs ?? [argument]);
  const visible = shown.map(toArgument);
  command.configureHelp({ ...command.configureHelp(), visibleArguments: () => visible });
  command.usage(["[options]", ...shown.map(termOf)].join(" "));
}

/** As usage shows it: `<id...>`. */
function termOf({ name, required, variadic }: ArgumentDefinition<unknown>): string {
  const term = variadic === true ? `${name}...` : name;
  return required === true ? `<${term}>` : `[${term}]`;
}

function toArgument(definition: ArgumentDefinition<unknown>): Argument {
  const { summary, choices, parse, default: fallback } = definition;
  const argument = new Argument(termOf(definition), summary);
  if (choices !== undefined) argument.choices([...choices]);
  if (parse !== undefined) argument.argParser(parse);
  if (fallback !== undefined) argument.default(fallback);
  return argument;
}

/** An option, and its `--no-` form where it has one. */
export function toOptions(name: string, definition: OptionDefinition<unknown, boolean>): Option[] {
  const { choices, parse, default: fallback, defaultWord, required, implies, hidden, negatable } = definition;
  const option = new Option(flagsOf(name, definition), detailsOf(definition));
  if (definition.long !== undefined) option.attributeName = () => name;
  if (choices !== undefined) option.choices([...choices]);
  if (parse !== undefined) option.argParser(parse);
  if (fallback !== undefined) option.default(fallback, defaultWord);
  if (definition.alone !== undefined) option.preset(definition.alone);
  if (required === true) option.makeOptionMandatory();
  if (implies !== undefined) option.implies({ ...implies });
  if (hidden === true) option.hideHelp();
  return negatable === undefined ? [option] : [option, new Option(`--no-${kebab(name)}`, negatable)];
}

/** As help shows it: `-o, --output <format>`. */
export function flagsOf(name: string, definition: OptionDefinition<unknown, boolean>): string {
  const { short, long = name, takes, alone, negated } = definition;
  const flag = negated === true ? `--no-${kebab(long)}` : flagOf(long);
  const value = takes === undefined ? "" : alone === undefined ? ` <${takes}>` : ` [${takes}]`;
  return `${short === undefined ? "" : `-${short}, `}${flag}${value}`;
}

/** `--dedup-key` of `dedupKey`. */
export function flagOf(name: string): string {
  return `--${kebab(name)}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Adds a default that is not a value of the option, which commander does not show by itself. */
function detailsOf({
  summary,
  default: fallback,
  defaultWord,
  defaultNote,
}: OptionDefinition<unknown, boolean>): string {
  const shown = defaultNote ?? (fallback === undefined ? defaultWord : undefined);
  return shown === undefined ? summary : `${summary} (default: ${shown})`;
}
