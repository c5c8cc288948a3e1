import { readdirSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url).pathname;

export const readmeFile = `${root}README.md`;
export const spoolPage = `${root}docs/spool.md`;

/** The pages for users and contributors; the reference is made from the commands, and not among them. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name !== "reference.md")
    .map((name) => `docs/${name}`),
].map((path) => `${root}${path}`);

/** A fenced block of a page. */
export interface Block {
  language: string;
  text: string;
  /** The nearest heading above it. */
  heading: string;
  /** Path of the page, from the root of the project. */
  page: string;
  /** Of its first line of text. */
  line: number;
}

/** The text of all pages. */
export function readPages(): string {
  return pages.map((file) => readFileSync(file, "utf8")).join("\n");
}

export function readBlocks(): Block[] {
  return pages.flatMap((file) => blocksOf(file.slice(root.length), readFileSync(file, "utf8")));
}

function blocksOf(page: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: Block | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```")) {
      if (open === undefined) open = { language: line.slice(3), text: "", heading, page, line: index + 2 };
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
    throw new Error(`the pages have ${found.length} blocks (${language ?? "any"}) under "${heading}"`);
  return block;
}
