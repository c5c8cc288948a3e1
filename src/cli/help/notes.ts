import type { Command } from "commander";

/** What stands in the help of a command behind its options, read apart. */
export interface Notes {
  /** Whatever is not below; null when there is no more. */
  text: string | null;
  /** Command lines that can be pasted. */
  examples: string[];
  /** `code` is null for what is not one number, as with the codes of another program. */
  exitCodes: { code: number | null; when: string }[];
}

/** What help prints behind the options of a command: notes, examples, exit codes. */
export function notesOf(command: Command): string {
  let text = "";
  const writeOut = (part: string): void => {
    text += part;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** Reads notes apart, paragraph by paragraph. */
export function readNotes(text: string): Notes {
  const notes: Notes = { text: null, examples: [], exitCodes: [] };
  for (const paragraph of text.split(/\n{2,}/)) {
    if (paragraph.startsWith("Examples:\n")) {
      const [, ...lines] = paragraph.split("\n");
      notes.examples.push(...lines.map((line) => line.trim()));
    } else if (paragraph.startsWith("Exit codes: ")) {
      const list = paragraph.slice("Exit codes: ".length).replaceAll("\n", " ");
      // A meaning may have commas too; a code comes behind one.
      notes.exitCodes.push(...list.split(/[,;] (?=\d)/).map(readExitCode));
    } else if (paragraph !== "") notes.text = notes.text === null ? paragraph : `${notes.text}\n\n${paragraph}`;
  }
  return notes;
}

function readExitCode(text: string): Notes["exitCodes"][number] {
  const [, code, when] = /^(\d+) (.+)$/.exec(text) ?? [];
  return code === undefined || when === undefined ? { code: null, when: text } : { code: Number(code), when };
}
