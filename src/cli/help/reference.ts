import type { CommandTree } from "../command.ts";
import { type CommandSpec, type OptionSpec, runnable, toSpecs } from "../completion/specs.ts";
import { exitCodesOf } from "../notes-text.ts";
import { flow } from "../wrap.ts";
import { topics } from "./topics.ts";

/** `docs/reference.md`: every command with its arguments, options, examples and exit codes. */
export function reference(tree: CommandTree): string {
  const { root, globals } = toSpecs(tree, topics);
  const leaves = root.commands.flatMap(runnable);
  return `${[
    "# Reference",
    "",
    "Made from the commands by `npm run generate`; not written by hand. `onduty COMMAND --help` prints the same.",
    "",
    "- Options of every command: [below](#options-of-every-command)",
    ...leaves.map(({ path }) => `- [\`onduty ${path}\`](#onduty-${path.replaceAll(" ", "-")})`),
    "",
    "## Options of every command",
    "",
    "Before or after the command's name.",
    "",
    ...table([...root.options, ...globals]),
    ...leaves.flatMap(commandLines),
  ].join("\n")}`;
}

function commandLines({ path, about, aliases, operands, options, definition }: CommandSpec): string[] {
  const words = operands.map(({ name, variadic, required }) => {
    const dots = variadic ? `${name}...` : name;
    return required ? ` <${dots}>` : ` [${dots}]`;
  });
  const codes = definition === undefined ? [] : exitCodesOf(definition);
  return [
    `## onduty ${path}`,
    "",
    `\`onduty ${path}${words.join("")}\``,
    "",
    `${about}.${aliases.length > 0 ? ` Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.` : ""}`,
    "",
    ...(operands.length === 0
      ? []
      : rows(
          "argument",
          operands.map(({ name, about: meaning }) => [name, meaning]),
        )),
    ...table(options),
    ...(definition?.notes === undefined ? [] : ["```text", flow(definition.notes.trim(), 80), "```", ""]),
    ...(definition === undefined ? [] : ["```sh", ...definition.examples, "```", ""]),
    ...(codes.length === 0
      ? []
      : [`Exit codes: ${codes.map(({ code, when }) => (code === null ? when : `${code} ${when}`)).join(", ")}.`, ""]),
  ];
}

function table(options: readonly OptionSpec[]): string[] {
  return options.length === 0
    ? []
    : rows(
        "option",
        options.map(({ flags, details }) => [flags, details]),
      );
}

function rows(head: string, list: readonly (readonly [string, string])[]): string[] {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    `| ${head} | meaning |`,
    "| --- | --- |",
    ...list.map(([name, meaning]) => `| \`${cell(name)}\` | ${cell(meaning)} |`),
    "",
  ];
}
