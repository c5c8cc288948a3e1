import type { CommandTree } from "../command.ts";
import { type CommandSpec, type OptionSpec, runnable, toSpecs } from "../completion/specs.ts";
import { notesText } from "../notes-text.ts";
import { topics } from "./topics.ts";

/** Commands whose first example stands on `onduty(1)`. */
const shown = [
  "incidents list",
  "incidents ack",
  "oncall",
  "status",
  "events trigger",
  "run",
  "deploy",
  "keys validate",
];

/**
 * The pages for man(1), in roff, by name: `onduty` is the overview with every topic, `onduty-incidents` and the others are the help of
 * one command and of those below it.
 */
export async function manuals(tree: CommandTree): Promise<Map<string, string>> {
  const { root, globals } = toSpecs(tree, topics);
  const texts = await Promise.all(topics.map(async ({ name, load }) => topicLines(name, await load())));
  const families = root.commands.filter(({ name }) => name !== "help");
  return new Map([
    ["onduty", overview(root, globals, families, texts.flat())],
    ...families.map((family) => [`onduty-${family.name}`, familyPage(family)] as const),
  ]);
}

function overview(root: CommandSpec, globals: OptionSpec[], families: CommandSpec[], texts: string[]): string {
  const examples = root.commands.flatMap(runnable).filter(({ path }) => shown.includes(path));
  return page("onduty", "one command line for on-call work", [
    ".SH SYNOPSIS",
    ".B onduty",
    ".RI [ options ]",
    ".I command",
    ".RI [ argument \\|.\\|.\\|.]",
    ".SH DESCRIPTION",
    paragraph(root.about),
    ".PP",
    paragraph("Results go to standard output, everything else to standard error."),
    ".SH EXAMPLES",
    ...literal(examples.map(({ definition }) => definition?.examples[0] ?? "").join("\n")),
    ".SH COMMANDS",
    ...families.flatMap(({ name, about }) => [".TP", `.BR ${plain(`onduty-${name}`)} (1)`, paragraph(about)]),
    ".SH OPTIONS",
    ...root.options.flatMap(optionLines),
    ".SS Of every command, before or after its name",
    ...globals.flatMap(optionLines),
    ...texts,
    ".SH SEE ALSO",
    paragraph('"onduty help COMMAND" and "onduty help TOPIC" print the same as these pages.'),
  ]);
}

function familyPage(family: CommandSpec): string {
  return page(`onduty-${family.name}`, family.about, [
    ".SH COMMANDS",
    ...runnable(family).flatMap(commandLines),
    ".SH SEE ALSO",
    ".BR onduty (1)",
    paragraph("has the options of every command."),
  ]);
}

function page(name: string, about: string, lines: string[]): string {
  return [
    '.\\" Made from the commands of onduty and its help; not written by hand.',
    // Without a date: the page is kept with the sources, and made anew whenever they change.
    `.TH ${plain(name.toUpperCase())} 1 "" "onduty" "onduty manual"`,
    // No word is divided: it may have to be typed.
    ".nh",
    ".ad l",
    ".SH NAME",
    `${plain(name)} \\- ${plain(about)}`,
    ...lines,
    "",
  ].join("\n");
}

function commandLines(command: CommandSpec): string[] {
  const { about, aliases, options, definition } = command;
  const others = aliases.length === 0 ? [] : [".PP", paragraph(`Also called ${aliases.join(", ")}.`)];
  // Seven columns stand before it, and man leaves the last two empty.
  const text = definition === undefined ? "" : notesText(definition, 71).trim();
  return [
    `.SS ${macro(synopsis(command))}`,
    paragraph(`${about}.`),
    ...others,
    ...options.flatMap(optionLines),
    ...(text === "" ? [] : [".PP", ...literal(text)]),
  ];
}

function synopsis({ path, operands }: CommandSpec): string {
  const words = operands.map(({ name, variadic, required }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  return ["onduty", path, ...words].join(" ");
}

function optionLines({ flags, details }: OptionSpec): string[] {
  return [".TP", `.B ${macro(flags)}`, paragraph(details)];
}

/** A topic begins with its heading and a blank line. */
function topicLines(name: string, text: string): string[] {
  const [heading = "", , ...rest] = text.trimEnd().split("\n");
  return [
    `.SH ${macro(`${name.toUpperCase().replaceAll("-", " ")}`)}`,
    paragraph(`${heading}.`),
    ".PP",
    ...literal(rest.join("\n")),
  ];
}

/** Lines as they are, however long. */
function literal(text: string): string[] {
  return [".nf", ...text.split("\n").map(paragraph), ".fi"];
}

/** A line of text: one that begins as a request of roff would is kept from being one. */
function paragraph(text: string): string {
  const line = plain(text);
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** An argument of a macro. */
function macro(text: string): string {
  return `"${plain(text).replaceAll('"', "\\(dq")}"`;
}

/** Text as roff prints it: a dash is a minus, so that an option can be pasted. */
function plain(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
}
