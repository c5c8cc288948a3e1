import { install } from "./install.ts";
import { flagsOf, groupByValue } from "./script.ts";
import type { ShellCompletion } from "./specs.ts";
import { type CommandSpec, type OptionSpec, reachable, type Specs, walk } from "./specs.ts";

/** The completion of PowerShell, Windows PowerShell 5.1 and newer. */
export function powershellCompletion({ root, globals }: Specs): string {
  const commands = walk(root);
  return `# PowerShell completion for onduty. Made from its commands: \`onduty completion powershell\` prints it.
#
# To install it:
#   ${install.powershell}

Register-ArgumentCompleter -Native -CommandName onduty -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # From a command to those below it, by every word that names them.
  $below = @{
${commands.flatMap(belowLines).join("\n")}
  }
  # What is offered at a command, and what it is for.
  $commands = @{
${commands.flatMap(commandLines).join("\n")}
  }
  $options = @{
${commands.flatMap(({ path, options }) => optionLines(path, options)).join("\n")}
  }
  $globals = ${pairs(globals.flatMap((option) => flagsOf(option).map((flag) => [flag, option.about] as const)))}
  # Options that take a value, and which.
  $values = @{
${valueLines(commands, globals).join("\n")}
  }
  # Operands, by their number, the first being 0; * is any.
  $operands = @{
${operandLines(commands).join("\n")}
  }
${engine}}
`;
}

function belowLines(command: CommandSpec): string[] {
  const { path } = command;
  return reachable(command).flatMap((child) =>
    [child.name, ...child.aliases].map((word) => `    ${quote(`${path}/${word}`)} = ${quote(child.path)}`),
  );
}

function commandLines(command: CommandSpec): string[] {
  const offered = reachable(command);
  if (offered.length === 0) return [];
  return [`    ${quote(command.path)} = ${pairs(offered.map(({ name, about }) => [name, about] as const))}`];
}

function optionLines(path: string, options: OptionSpec[]): string[] {
  if (options.length === 0) return [];
  const own = options.flatMap((option) => flagsOf(option).map((flag) => [flag, option.about] as const));
  return [`    ${quote(path)} = ${pairs(own)}`];
}

function valueLines(commands: CommandSpec[], globals: OptionSpec[]): string[] {
  const own = commands.flatMap(({ path, options }) => options.map((option) => ({ path, option })));
  return [...own, ...globals.map((option) => ({ path: "*", option }))].flatMap(({ path, option }) => {
    const { value } = option;
    if (value === undefined) return [];
    return flagsOf(option).map((flag) => `    ${quote(`${path}:${flag}`)} = ${quote(spell(value.of))}`);
  });
}

function operandLines(commands: CommandSpec[]): string[] {
  const places = commands.flatMap(({ path, operands }) =>
    operands.map(({ value, variadic }, index) => ({ place: `${path}:${variadic ? "*" : index}`, value })),
  );
  return groupByValue(places).flatMap(({ value, places: keys }) =>
    keys.map((key) => `    ${quote(key)} = ${quote(spell(value))}`),
  );
}

/** A value in words: its kind, then what is offered. */
function spell(value: ShellCompletion): string {
  switch (value.kind) {
    case "words":
      return [value.several ? "list" : "words", ...value.words].join(" ");
    case "ids":
      return ["ids", value.of, ...(value.also ?? [])].join(" ");
    default:
      return value.kind;
  }
}

function pairs(list: readonly (readonly [string, string])[]): string {
  // The comma in front: a list of one would come apart into its words.
  return `@(,${list.map(([word, about]) => `@(${quote(word)}, ${quote(about)})`).join(",")})`;
}

/** A word as PowerShell reads it back; it takes typographic quotes for plain ones. */
function quote(word: string): string {
  return `'${word.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
}

const engine = `
  $at = ''
  $flag = ''
  $profileName = ''
  $ended = $false
  $count = 0
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    # The word at the cursor is the one that is completed.
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $word = if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value } else { $element.Extent.Text }
    $valued = $values.ContainsKey("\${at}:$word") -or $values.ContainsKey("*:$word")
    if ($flag -ne '') {
      if ($flag -ceq '-p' -or $flag -eq '--profile') { $profileName = $word }
      $flag = ''
    } elseif (-not $ended -and $word -eq '--') {
      $ended = $true
    } elseif (-not $ended -and $word.Length -gt 1 -and $word.StartsWith('-')) {
      if ($valued) { $flag = $word }
      elseif ($word.StartsWith('--profile=')) { $profileName = $word.Substring(10) }
    } elseif ($count -eq 0 -and $below.ContainsKey("$at/$word")) {
      $at = $below["$at/$word"]
    } else {
      $takesAny = $operands.ContainsKey("\${at}:0") -or $operands.ContainsKey("\${at}:*")
      if ($commands.ContainsKey($at) -and -not $takesAny) { return }
      $count++
    }
  }

  $before = ''
  $current = $wordToComplete
  $value = ''
  $found = @()
  if ($flag -eq '' -and -not $ended -and $current -match '^(--[^=]+)=(.*)$') {
    $flag = $Matches[1]
    $before = "$flag="
    $current = $Matches[2]
  }
  if ($flag -ne '') {
    $value = $values["\${at}:$flag"]
    if (-not $value) { $value = $values["*:$flag"] }
  } elseif (-not $ended -and $current.StartsWith('-')) {
    $found = @($options[$at]) + $globals
  } else {
    if ($count -eq 0 -and $commands.ContainsKey($at)) { $found = $commands[$at] }
    $value = $operands["\${at}:$count"]
    if (-not $value) { $value = $operands["\${at}:*"] }
  }

  if ($value) {
    $kind, $words = $value -split ' '
    $words = @($words)
    if ($kind -eq 'ids') {
      $request = @('__complete', $words[0])
      if ($profileName -ne '') { $request += @('--profile', $profileName) }
      $program = Get-Command onduty -CommandType Application, ExternalScript -ErrorAction SilentlyContinue | Select-Object -First 1
      if ($program) {
        foreach ($line in (& $program @request 2>$null)) {
          $id, $about = $line -split "\`t", 2
          # They are shown to be harmless a second time: nothing else may reach a command line.
          $signs = if ($words[0] -eq 'keys') { ':/@%+=,~ ' } else { '' }
          if ($id -match "^[A-Za-z0-9_][A-Za-z0-9._$signs-]*\`$") { $found += , @($id, $about) }
        }
      }
      $words = @($words | Select-Object -Skip 1)
    }
    if ($kind -eq 'list' -and $current -match '^(.*,)(.*)$') {
      $before += $Matches[1]
      $current = $Matches[2]
    }
    if ($kind -in 'words', 'list', 'ids') {
      foreach ($word in $words) { $found += , @($word, $word) }
    }
  }

  foreach ($pair in $found) {
    if ($pair -and $pair[0].StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) {
      $about = if ($pair[1]) { $pair[1] } else { $pair[0] }
      $text = if ($pair[0] -match '[@%+=,~ ]') { "'$($pair[0])'" } else { $pair[0] }
      [System.Management.Automation.CompletionResult]::new($before + $text, $pair[0], 'ParameterValue', $about)
    }
  }
`;
