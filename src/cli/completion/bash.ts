import { install } from "./install.ts";
import { flagsOf, groupByValue, quote } from "./script.ts";
import type { ShellCompletion } from "./specs.ts";
import { type CommandSpec, type OptionSpec, reachable, type Specs, walk } from "./specs.ts";

/** The completion of bash, 3.2 and newer: what macOS has. */
export function bashCompletion({ root, globals }: Specs): string {
  const commands = walk(root);
  return `# bash completion for onduty. Made from its commands: \`onduty completion bash\` prints it.
#
# To install it, where bash-completion is there:
#   ${install.bash}
# and anywhere else:
#   ${install.bashAlone}

# Goes from the command \`at\` to the one that a word names below it; false when none fits.
__onduty_enter() {
  case "$at/$1" in
${enterCases(commands).join("\n")}
    *) return 1 ;;
  esac
}

# What may stand at the command \`at\`: commands, options, and which of those take a value. Mixed: any other word may, too.
__onduty_describe() {
  commands='' options='' valued='' mixed=''
  case "$at" in
${commands.flatMap(describeCase).join("\n")}
  esac
  options+=' ${names(globals)}'
  valued+=' ${names(globals.filter(({ value }) => value !== undefined))} '
}

# What may follow the option \`flag\`.
__onduty_value() {
  case "$at:$flag" in
${valueCases(commands, globals).join("\n")}
  esac
}

# What may stand as the operand with this number, the first being 0.
__onduty_operand() {
  case "$at:$count" in
${operandCases(commands).join("\n")}
  esac
}

${engine}`;
}

function enterCases(commands: CommandSpec[]): string[] {
  return commands.flatMap((parent) =>
    reachable(parent).map((child) => {
      const patterns = [child.name, ...child.aliases].map((word) => quote(`${parent.path}/${word}`));
      return `    ${patterns.join(" | ")}) at=${quote(child.path)} ;;`;
    }),
  );
}

function describeCase(command: CommandSpec): string[] {
  const { path, options, operands } = command;
  const commands = reachable(command);
  const parts: string[] = [];
  if (commands.length > 0 && operands.length > 0) parts.push("mixed=1");
  if (commands.length > 0) parts.push(`commands=${quote(commands.map(({ name }) => name).join(" "))}`);
  if (options.length > 0) parts.push(`options=${quote(names(options))}`);
  const valued = options.filter(({ value }) => value !== undefined);
  if (valued.length > 0) parts.push(`valued=${quote(` ${names(valued)}`)}`);
  return parts.length === 0 ? [] : [`    ${quote(path)}) ${parts.join(" ")} ;;`];
}

function valueCases(commands: CommandSpec[], globals: OptionSpec[]): string[] {
  const own = commands.flatMap(({ path, options }) => options.map((option) => ({ option, at: quote(`${path}:`) })));
  const places = ({ option, at }: { option: OptionSpec; at: string }) =>
    flagsOf(option).map((flag) => ({ place: `${at}${flag}`, value: option.value?.of }));
  // A command's own meaning of an option comes first.
  const common = globals.map((option) => ({ option, at: "*:" }));
  return [...cases(own.flatMap(places)), ...cases(common.flatMap(places))];
}

function operandCases(commands: CommandSpec[]): string[] {
  const places = commands.flatMap(({ path, operands }) =>
    operands.map(({ value, variadic }, index) => ({
      place: variadic ? `${quote(`${path}:`)}*` : quote(`${path}:${index}`),
      value,
    })),
  );
  // Where anything may stand nothing is offered, options neither.
  const anything = places.filter(({ value }) => value.kind === "text").map(({ place }) => place);
  return [...cases(places), `    ${anything.join(" | ")}) kind=text ;;`];
}

function cases(places: { place: string; value: ShellCompletion | undefined }[]): string[] {
  return groupByValue(places).map(({ value, places: patterns }) => {
    const line = `) ${assignment(value)} ;;`;
    return `    ${patterns.join(" | ")}${line}`;
  });
}

function assignment(value: ShellCompletion): string {
  switch (value.kind) {
    case "words":
      return `kind=${value.several ? "list" : "words"} words=${quote(value.words.join(" "))}`;
    case "ids":
      return `kind=ids ids=${value.of}${value.also === undefined ? "" : ` words=${quote(value.also.join(" "))}`}`;
    default:
      return `kind=${value.kind}`;
  }
}

function names(options: OptionSpec[]): string {
  return options.flatMap(flagsOf).join(" ");
}

const engine = `# Offers those of some words, all of them ours, that begin with what was typed.
__onduty_words() {
  local word
  for word in $1; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
  done
}

# Offers ids and names of the vendor, by their beginning or by a word of what they stand for. That is shown where several are listed,
# and never inserted.
__onduty_ids() {
  local id about shown lead='' typed=$cur quoted='' titled='' odd='*[!A-Za-z0-9._-]*' lines=() found=()
  if [[ $ids == keys ]]; then
    odd='*[!A-Za-z0-9._:/@%+=,~ -]*'
    __onduty_join
  else
    typed=\${typed#[\\"\\']} typed=\${typed//\\\\/}
  fi
  __onduty_words "$words"
  while IFS=$'\\t' read -r id about; do
    # They are shown to be harmless a second time: nothing else may reach a command line.
    if [[ -z $id || $id == [!A-Za-z0-9_]* || $id == $odd ]]; then continue; fi
    if [[ $id != "$typed"* ]]; then
      if [[ $ids == keys || \${#COMPREPLY[@]} != 0 ]]; then continue; fi
      titled=1
    fi
    id=\${id:\${#lead}}
    if [[ -n $id && -z $quoted ]]; then printf -v id %q "$id"; fi
    shown="$id  ($about)"
    found+=("$before$id")
    lines+=("\${shown:0:\${COLUMNS:-80}-1}")
  done < <(command onduty __complete "$ids" --find "$typed" \${profile:+--profile "$profile"} 2>/dev/null </dev/null)
  if ((\${#found[@]} == 0)); then return; fi
  # What all have in common would replace the word of a title: a line that has nothing in common with them keeps it.
  if [[ -n $titled && $COMP_TYPE != 37 ]] && ((\${#found[@]} > 1)); then
    found=("\${lines[@]}" "(\${#found[@]} with this word)")
  elif [[ $COMP_TYPE == 9 || $COMP_TYPE == 63 || $COMP_TYPE == 33 || $COMP_TYPE == 64 ]] &&
    ((\${#found[@]} + \${#COMPREPLY[@]} > 1)) && [[ -z $before ]]; then
    found=("\${lines[@]}")
  fi
  compopt -o nosort 2>/dev/null
  COMPREPLY+=("\${found[@]}")
}

# Readline makes several words of web:disk, and replaces the last of them. What was typed of the key, and what stands before that word.
__onduty_join() {
  local i=$COMP_CWORD signs='^[:=@]+$'
  if [[ $cur =~ $signs ]]; then lead=$cur typed=''; fi
  while ((first > 0 && i > first)) && [[ \${COMP_WORDS[i]} =~ $signs || \${COMP_WORDS[i - 1]} =~ $signs ]]; do
    i=$((i - 1))
    lead=\${COMP_WORDS[i]}$lead
  done
  if [[ $typed == [\\"\\']* ]]; then quoted=1 typed=\${typed:1}; fi
  lead=\${lead//\\\\/}
  typed=$lead\${typed//\\\\/}
}

__onduty_files() {
  # Readline knows best; bash 3.2 cannot be asked to.
  if compopt -o default 2>/dev/null; then return; fi
  local file
  while IFS= read -r file; do COMPREPLY+=("$before$file"); done < <(compgen -f -- "$cur")
}

# Another program and its arguments begin at the word with this number.
__onduty_program() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    local program
    while IFS= read -r program; do COMPREPLY+=("$program"); done < <(compgen -c -- "$cur")
  else
    __onduty_files
  fi
}

_onduty() {
  local IFS=$' \\t\\n' cur="\${COMP_WORDS[COMP_CWORD]}" before='' at='' flag='' profile='' ended='' count=0 first=0 i word
  local commands options valued mixed kind='' words='' ids=''
  COMPREPLY=()
  __onduty_describe
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      # Readline makes three words of --output=json.
      if [[ $word == '=' ]]; then continue; fi
      if [[ $flag == -p || $flag == --profile ]]; then profile=$word; fi
      flag=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if [[ $valued == *" $word "* ]]; then
        flag=$word
      elif [[ $word == --profile=* ]]; then
        profile=\${word#*=}
      elif [[ $word == -p?* ]]; then
        profile=\${word#-p}
      fi
    elif [[ -n $commands ]] && __onduty_enter "$word"; then
      __onduty_describe
    else
      if [[ -n $commands && -z $mixed ]]; then return 0; fi
      commands=''
      if ((count == 0)); then first=$i; fi
      count=$((count + 1))
    fi
  done
  # Of another program no option is ours.
  if ((count > 0)); then
    __onduty_operand
    if [[ $kind == programs ]]; then ended=1; fi
    kind='' words=''
  fi
  if [[ -n $flag ]]; then
    if [[ $cur == '=' ]]; then cur=''; fi
    __onduty_value
  elif [[ -z $ended && $cur == --*=* ]]; then
    flag=\${cur%%=*} before="\${cur%%=*}=" cur=\${cur#*=}
    __onduty_value
  elif [[ -z $ended && $cur == -* ]]; then
    kind=words words=$options
  elif [[ -n $commands ]]; then
    if [[ -n $mixed ]]; then __onduty_operand; fi
    kind=\${kind:-words} words="$commands $words"
  else
    __onduty_operand
    if [[ -z $kind && -z $cur ]]; then kind=words words=$options; fi
  fi
  case "$kind" in
    words) __onduty_words "$words" ;;
    list)
      if [[ $cur == *,* ]]; then before=$before\${cur%,*}, cur=\${cur##*,}; fi
      __onduty_words "$words"
      ;;
    ids) __onduty_ids ;;
    files) __onduty_files ;;
    programs)
      if [[ -n $flag ]]; then first=$COMP_CWORD; fi
      if ((first == 0)); then first=$COMP_CWORD; fi
      __onduty_program "$first"
      ;;
  esac
}

complete -F _onduty onduty
`;
