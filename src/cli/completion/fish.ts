import { install } from "./install.ts";
import { flagsOf } from "./script.ts";
import type { OperandSpec, ShellCompletion } from "./specs.ts";
import { type CommandSpec, type OptionSpec, reachable, type Specs, walk } from "./specs.ts";

/** The completion of fish, 3.1 and newer. */
export function fishCompletion({ root, globals }: Specs): string {
  const commands = walk(root);
  const valued = (options: OptionSpec[]): string =>
    options
      .filter(({ value }) => value !== undefined)
      .flatMap(flagsOf)
      .join(" ");
  const withValues = commands.filter(({ options }) => valued(options) !== "");
  return `# fish completion for onduty. Made from its commands: \`onduty completion fish\` prints it.
#
# To install it:
#   ${install.fish}

# Goes from a command to the one that a word names below it.
function __onduty_enter
    switch "$argv[1]/$argv[2]"
${commands.flatMap(enterCases).join("\n")}
        case '*'
            return 1
    end
end

# Which options of a command take a value.
function __onduty_valued
    switch "$argv[1]"
${withValues.map(({ path, options }) => `        case ${quote(path)}\n            string split ' ' -- ${quote(valued(options))}`).join("\n")}
    end
    string split ' ' -- ${quote(valued(globals))}
end

${engine}
complete -c onduty -f
${[...globals.map((option) => optionLine(option)), ...commands.flatMap(commandLines)].join("\n")}
`;
}

function enterCases(command: CommandSpec): string[] {
  return reachable(command).flatMap((child) => {
    const words = [child.name, ...child.aliases].map((word) => quote(`${command.path}/${word}`));
    return [`        case ${words.join(" ")}`, `            echo ${quote(child.path)}`];
  });
}

function commandLines(command: CommandSpec): string[] {
  const { path, options, operands } = command;
  const at = `__onduty_at ${quote(path)}`;
  return [
    ...reachable(command).map(({ name, about }) =>
      line([`-n ${quote(`${at} 0`)}`, `-a ${quote(name)}`, `-d ${quote(about)}`]),
    ),
    ...options.map((option) => optionLine(option, at)),
    ...operands.flatMap((operand, index) => operandLine(operand, index, at)),
  ];
}

function optionLine({ short, long, about, value }: OptionSpec, at?: string): string {
  return line([
    ...(at === undefined ? [] : [`-n ${quote(at)}`]),
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === undefined ? [] : action(value.of)),
    `-d ${quote(about)}`,
  ]);
}

function operandLine({ value, variadic }: OperandSpec, index: number, at: string): string[] {
  if (value.kind === "text") return [];
  const where = `-n ${quote(variadic ? at : `${at} ${index}`)}`;
  if (value.kind === "programs") return [line([where, "-a '(__onduty_program)'"])];
  return [line([where, ...action(value).filter((flag) => flag !== "-x" && flag !== "-r")])];
}

/** What an option takes: `-x` is a value that is no file. */
function action(value: ShellCompletion): string[] {
  switch (value.kind) {
    case "words":
      return ["-x", `-a ${quote(value.several ? `(__onduty_list ${value.words.join(" ")})` : value.words.join(" "))}`];
    case "ids":
      // In the order given: what is newest comes first.
      return ["-x", "-k", `-a ${quote([`(__onduty_ids ${value.of})`, ...(value.also ?? [])].join(" "))}`];
    case "files":
      return ["-r", "-F"];
    case "programs":
      return ["-x", "-a '(__fish_complete_command)'"];
    case "text":
      return ["-x"];
  }
}

function line(parts: string[]): string {
  return ["complete -c onduty", ...parts].join(" ");
}

/** A word as fish reads it back: in single quotes, where only these two mean anything. */
function quote(word: string): string {
  return `'${word.replaceAll(/[\\']/g, "\\$&")}'`;
}

const engine = `# Finds the command that the line names, how many operands stand behind it, and the profile that is meant.
function __onduty_read_line
    set -g __onduty_command ''
    set -g __onduty_count 0
    set -g __onduty_profile
    set -l words (commandline -opc)
    set -l flag
    set -l ended
    for word in $words[2..-1]
        if test -n "$flag"
            contains -- $flag -p --profile; and set -g __onduty_profile $word
            set flag
        else if test -z "$ended"; and test "$word" = --
            set ended yes
        else if test -z "$ended"; and string match -q -- '-?*' $word
            if contains -- $word (__onduty_valued $__onduty_command)
                set flag $word
            else if string match -q -- '--profile=*' $word
                set -g __onduty_profile (string replace -- --profile= '' $word)
            end
        else if test $__onduty_count = 0; and set -l below (__onduty_enter "$__onduty_command" $word)
            set -g __onduty_command $below
        else
            set -g __onduty_count (math $__onduty_count + 1)
        end
    end
end

# Whether the line is at this command, and at the operand with this number, the first being 0.
function __onduty_at
    set -l line (commandline -cp | string collect)
    if not set -q __onduty_line; or test "$line" != "$__onduty_line"
        set -g __onduty_line $line
        __onduty_read_line
    end
    test "$__onduty_command" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    test "$__onduty_count" = "$argv[2]"
end

# Several words with commas in between.
function __onduty_list
    set -l before (commandline -ct | string replace -r -- '^--[^=]*=' '' | string match -r -- '^.*,')
    for word in $argv
        echo "$before$word"
    end
end

# Ids and names of the vendor, a tab, and what they stand for.
function __onduty_ids
    command -q onduty; or return
    __onduty_at ''
    set -l profile
    set -q __onduty_profile[1]; and set profile --profile $__onduty_profile
    set -l signs
    test "$argv[1]" = keys; and set signs ':/@%+=,~ '
    # They are shown to be harmless a second time: nothing else may reach a command line.
    command onduty __complete $argv[1] $profile 2>/dev/null </dev/null | string match -r -- "^[A-Za-z0-9_][A-Za-z0-9._$signs-]*\\t.*"
end

# Another program and its arguments, which begin behind --.
function __onduty_program
    set -l words (commandline -opc)
    set -l own (contains -i -- -- $words); or return
    set -e words[1..$own]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end
`;
