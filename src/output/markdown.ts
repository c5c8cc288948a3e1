import { sanitizeCell } from "./sanitize.ts";

/** Text of a vendor as plain words in Markdown: no link, no emphasis, no HTML, and one line. */
export function markdownText(text: string): string {
  return sanitizeCell(text).replaceAll(/[\\`*_[\]<>|~#]/g, (character) =>
    character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
  );
}
