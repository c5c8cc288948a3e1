import { install } from "./install.ts";
import { flagsOf, quote } from "./script.ts";
import type { OperandSpec, ShellCompletion } from "./specs.ts";
import { type CommandSpec, type OptionSpec, reachable, type Specs, walk } from "./specs.ts";

/** The completion of zsh: a file `_onduty` for its function path, which may also be sourced. */
export function zshCompletion({ root, globals }: Specs): string {
  return `#compdef onduty
# zsh completion for onduty. Made from its commands: \`onduty completion zsh\` prints it.
#
# To install it:
#   ${install.zsh}

_onduty() {
  local onduty_profile
  __onduty_find_profile
  # What every command takes.
  local -a onduty_globals=(
${globals.flatMap((option) => optionSpecs(option).map((spec) => `    ${spec}`)).join("\n")}
  )
  __onduty
}

${walk(root).map(commandFunction).join("\n\n")}

${engine}`;
}

function commandFunction(command: CommandSpec): string {
  const { path, commands, options, operands } = command;
  const own = options.flatMap(optionSpecs);
  if (commands.length > 0 && operands.length === 0) return group(command, own);
  const specs = ["$onduty_globals", ...own, ...operands.map(operandSpec)];
  const lines = [`  _arguments -s -S ${specs.join(" \\\n    ")}`];
  if (commands.length === 0) return [`${nameOf(path)}() {`, ...lines, "}"].join("\n");
  return [`${nameOf(path)}() {`, ...orBelow(command), ...lines, "}", "", commandsFunction(command)].join("\n");
}

/** Goes on with the command that the first word names, or offers those in its place. */
function orBelow({ path, commands }: CommandSpec): string[] {
  return [
    "  if (( CURRENT > 2 )); then",
    "    case $words[2] in",
    ...commands.map(
      (below) =>
        `      ${[below.name, ...below.aliases].join("|")}) shift words; (( CURRENT -= 1 )); ${nameOf(below.path)}; return ;;`,
    ),
    "    esac",
    "  elif [[ $words[2] != -* ]]; then",
    `    ${nameOf(path)}_commands`,
    "  fi",
  ];
}

/** Offers the commands of a group, or goes on with the one that is named. Options of all may stand before its name. */
function group(command: CommandSpec, own: string[]): string {
  const { path } = command;
  const list = quote(`1: :${nameOf(path)}_commands`);
  return [
    `${nameOf(path)}() {`,
    "  local curcontext=$curcontext state line ret=1",
    "  local -A opt_args",
    `  _arguments -s -S -C -A '-*' ${["$onduty_globals", ...own, list, "'*::: :->below'"].join(" \\\n    ")} && ret=0`,
    "  [[ $state == below ]] || return ret",
    // Quoted, since the last of them may be empty.
    '  words=($line[1] "${words[@]}")',
    "  (( CURRENT += 1 ))",
    "  curcontext=${curcontext%:*}-$line[1]:",
    "  case $line[1] in",
    ...reachable(command).map((below) => `    ${[below.name, ...below.aliases].join("|")}) ${nameOf(below.path)} ;;`),
    "    *) return 1 ;;",
    "  esac",
    "}",
    "",
    commandsFunction(command),
  ].join("\n");
}

function commandsFunction(command: CommandSpec): string {
  return [
    `${nameOf(command.path)}_commands() {`,
    "  local -a commands=(",
    ...reachable(command).map(({ name, about }) => `    ${quote(`${name}:${about.replaceAll("\\", "\\\\")}`)}`),
    "  )",
    "  _describe -t commands command commands",
    "}",
  ].join("\n");
}

/** An option as `_arguments` wants it: once for each of its spellings. */
function optionSpecs(option: OptionSpec): string[] {
  const flags = flagsOf(option);
  const once = option.repeatable ? "*" : `(${flags.join(" ")})`;
  const about = `[${option.about.replaceAll(/[\\[\]:]/g, "\\$&")}]`;
  const { value } = option;
  return flags.map((flag) => {
    if (value === undefined) return quote(`${once}${flag}${about}`);
    const joined = flag.startsWith("--") ? `${flag}=` : `${flag}+`;
    const colon = value.required ? ":" : "::";
    return quote(`${once}${joined}${about}${colon}${message(value.name)}:${action(value.of, value.name)}`);
  });
}

function operandSpec({ name, value, variadic }: OperandSpec, index: number): string {
  // The words of another program are its own business.
  if (value.kind === "programs") return quote(`*::: :_normal`);
  return quote(`${variadic ? "*" : index + 1}:${message(name)}:${action(value, name)}`);
}

function message(name: string): string {
  return name.replaceAll(/[\\:]/g, "\\$&");
}

function action(value: ShellCompletion, name: string): string {
  switch (value.kind) {
    case "words":
      return value.several ? `_values -s , ${name} ${value.words.join(" ")}` : `(${value.words.join(" ")})`;
    case "ids":
      // The space keeps `_arguments` from putting options of its own behind the first word.
      return ` __onduty_ids ${[value.of, ...(value.also ?? [])].join(" ")}`;
    case "files":
      return "_files";
    case "programs":
      return "_command_names -e";
    case "text":
      return " ";
  }
}

/** Name of the function of a command. */
function nameOf(path: string): string {
  return path === "" ? "__onduty" : `__onduty_at_${path.replaceAll(/[^a-z0-9]/g, "_")}`;
}

const engine = `# Offers ids and names of the vendor, and words that stand for one of them.
__onduty_ids() {
  local kind=$1 id about expl titled=1 typed=\${(Q)PREFIX} odd='*[^A-Za-z0-9._-]*'
  if [[ $kind == keys ]]; then odd='*[^A-Za-z0-9._:/@%+=,~ -]*'; fi
  local -a ids shown
  while IFS=$'\\t' read -r id about; do
    # They are shown to be harmless a second time: nothing else may reach a command line.
    [[ $id == [A-Za-z0-9_]* && $id != \${~odd} ]] || continue
    ids+=("$id")
    [[ $id == "$typed"* ]] && titled=
    shown+=("\${\${:-$id  -- $about}[1,COLUMNS-1]}")
  done < <(command onduty __complete $kind --find "$typed" \${onduty_profile:+--profile} $onduty_profile 2>/dev/null </dev/null)
  shift
  # By a word of what they stand for.
  if [[ -n $titled ]] && (( $#ids && ! \${#\${(M)@:#$typed*}} )); then
    # What all have in common would replace that word: the next Tab goes through them.
    (( $#ids == 1 )) || compstate[insert]=\${compstate[old_list]:+menu}
    _wanted -V "$kind" expl "$kind" compadd -U -l -d shown -a ids
    return
  fi
  ids+=("$@")
  shown+=("$@")
  (( $#ids )) || return 1
  _wanted -V "$kind" expl "$kind" compadd -l -d shown -a ids
}

# The profile that the line names, for which ids are asked.
__onduty_find_profile() {
  local i word
  for (( i = 2; i < CURRENT; i++ )); do
    word=\${(Q)words[i]}
    case $word in
      --) break ;;
      -p|--profile) (( i + 1 < CURRENT )) && onduty_profile=\${(Q)words[i+1]} ;;
      --profile=*) onduty_profile=\${word#*=} ;;
      -p?*) onduty_profile=\${word#-p} ;;
    esac
  done
}

if [[ $funcstack[1] == _onduty ]]; then
  _onduty "$@"
else
  compdef _onduty onduty
fi
`;
