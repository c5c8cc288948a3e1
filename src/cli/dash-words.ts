import type { Command } from "commander";

/** Stands before a word while the options are parsed; no word of a command line holds it. */
const mark = "\u0000";

/**
 * Takes a word that begins with a dash as an argument where it cannot be an option: `-12.5 C outside` has a blank and a digit,
 * `-web` begins with no short option. A single letter, and the name of an option with one dash, stay mistakes.
 */
export function takeDashWords(command: Command): void {
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (argv) => {
    const { operands, unknown } = parseOptions(markWords(command, argv));
    return { operands: operands.map(unmark), unknown: unknown.map(unmark) };
  };
}

function markWords(command: Command, argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  const options = optionsOf(command);
  return argv.map((word, index) => {
    const isLiteral = end !== -1 && index >= end;
    const before = argv[index - 1];
    const isValue = before !== undefined && options.some((option) => option.required && isNamed(option, before));
    return isLiteral || isValue || mayBeOption(command, word) ? word : mark + word;
  });
}

function mayBeOption(command: Command, word: string): boolean {
  if (!word.startsWith("-") || word === "-") return true;
  if (word.startsWith("--")) return !/^--(?:-|[^=]*\s)/.test(word);
  const [, first = "", rest = ""] = /^-(.)(.*)$/su.exec(word) ?? [];
  if (!/^[a-z]$/i.test(first)) return false;
  const options = optionsOf(command);
  const name = /^[^=]*/.exec(word)?.[0] ?? word;
  return rest === "" || options.some((option) => isNamed(option, `-${first}`) || isNamed(option, `-${name}`));
}

function isNamed({ short, long }: Command["options"][number], flag: string): boolean {
  return short === flag || long === flag;
}

/** With those that every command takes. */
function optionsOf(command: Command): Command["options"] {
  const own = [...command.options];
  for (let outer = command.parent; outer !== null; outer = outer.parent) own.push(...outer.options);
  return own;
}

function unmark(word: string): string {
  return word.startsWith(mark) ? word.slice(mark.length) : word;
}
