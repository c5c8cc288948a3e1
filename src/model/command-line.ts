import { askingCommands, askingGroups } from "./asking-commands.ts";

/**
 * Splits a command line into words without a shell: single and double quotes and backslashes keep blanks; in double quotes a
 * backslash escapes only `"`, `\`, `$` and a backtick, as in a shell.
 *
 * @returns undefined when a quote is not closed
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)\s*/gy;
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    words.push(
      (match[1] ?? "").replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) => {
        if (double !== undefined) return (double as string).replaceAll(/\\(["\\$`])/g, "$1");
        return (single ?? escaped) as string;
      }),
    );
    end = match.index + match[0].length;
  }
  return end < line.trimEnd().length ? undefined : words;
}

/** A word as a shell reads it. */
export function quoteWord(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The profile of a command to be pasted. */
export interface CommandProfile {
  name: string;
  /** Whether the command line names it; else the same profile is used again without its name. */
  isNamed?: boolean;
}

/** A command to be pasted, with its profile where the command line names one. */
export function forProfile(command: string, profile: CommandProfile | undefined): string {
  return profile?.isNamed === true ? `${command} -p ${profile.name}` : command;
}

/** Commands that ask a vendor, and those that take the name of a profile. */
const asking = new RegExp(
  `\\bonduty (?:(?:${askingGroups}) [a-z]+|${askingCommands}|(profiles show|keys validate))(?![\\w-])`,
  "g",
);

/** A text with the profile in each command that asks a vendor, so that it can be pasted where the command line named one. */
export function nameProfile(text: string, profile: string | undefined): string {
  if (profile === undefined || !text.includes("onduty ") || text.includes(` -p ${profile}`)) return text;
  return text.replaceAll(asking, (command, byName: string | undefined, at: number) => {
    if (byName === undefined) return `${command} -p ${profile}`;
    return /^ [\w-]/.test(text.slice(at + command.length)) ? command : `${command} ${profile}`;
  });
}
