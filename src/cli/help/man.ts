import type { CommandTree } from "../command.ts";
import { type CommandSpec, type OptionSpec, runnable, toSpecs } from "../completion/specs.ts";
import { notesText } from "../notes-text.ts";
import { topics } from "./topics.ts";

/** The page `onduty(1)` for man(1), in roff: the help of every command, and every topic. */
export async function manual(tree: CommandTree): Promise<string> {
  const { root, globals } = toSpecs(tree, topics);
  const texts = await Promise.all(topics.map(async ({ name, load }) => topicLines(name, await load())));
  return [
    '.\\" Made from the commands of onduty and its help; not written by hand.',
    // Without a date: the page is kept with the sources, and made anew whenever they change.
    '.TH ONDUTY 1 "" "onduty" "onduty manual"',
    // No word is divided: it may have to be typed.
    ".nh",
    ".ad l",
    ".SH NAME",
    `onduty \\- ${plain("one command line for on-call work")}`,
    ".SH SYNOPSIS",
    ".B onduty",
    ".RI [ options ]",
    ".I command",
    ".RI [ argument \\|.\\|.\\|.]",
    ".SH DESCRIPTION",
    paragraph(root.about),
    ".PP",
    paragraph("Results go to standard output, everything else to standard error."),
    ".SH OPTIONS",
    ...root.options.flatMap(optionLines),
    ".SS Of every command, before or after its name",
    ...globals.flatMap(optionLines),
    ".SH COMMANDS",
    ...root.commands.flatMap(runnable).flatMap(commandLines),
    ...texts.flat(),
    ".SH SEE ALSO",
    paragraph('"onduty help COMMAND" and "onduty help TOPIC" print the same as this page.'),
    "",
  ].join("\n");
}

function commandLines(command: CommandSpec): string[] {
  const { about, aliases, options, definition } = command;
  const others = aliases.length === 0 ? [] : [".PP", paragraph(`Also called ${aliases.join(", ")}.`)];
  const text = definition === undefined ? "" : notesText(definition).trim();
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
