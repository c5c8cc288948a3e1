import { readFileSync } from "node:fs";

export const readmeFile = new URL("../../README.md", import.meta.url).pathname;

/** A fenced block of the README. */
export interface Block {
  language: string;
  text: string;
  /** The nearest heading above it. */
  heading: string;
  /** Of its first line of text. */
  line: number;
}

/** The README without its reference, which is made from the commands. */
export function readReadme(): string {
  return readFileSync(readmeFile, "utf8").replace(/<!-- reference -->[\s\S]*<!-- \/reference -->/, "");
}

export function readBlocks(markdown = readReadme()): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: Block | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```")) {
      if (open === undefined) open = { language: line.slice(3), text: "", heading, line: index + 2 };
      else {
        blocks.push(open);
        open = undefined;
      }
    } else if (open !== undefined) open.text += `${line}\n`;
    else if (/^#+ /.test(line)) heading = line.replace(/^#+ /, "");
  }
  return blocks;
}

/** The only block under a heading, of a language if one is named. */
export function blockUnder(heading: string, language?: string): Block {
  const found = readBlocks().filter((one) => one.heading === heading && (language ?? one.language) === one.language);
  const [block] = found;
  if (block === undefined || found.length > 1)
    throw new Error(`the README has ${found.length} blocks (${language ?? "any"}) under "${heading}"`);
  return block;
}
