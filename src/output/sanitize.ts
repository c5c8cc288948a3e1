/** Characters that hide text or turn it around, as the inside of a class of a regular expression. */
const bidirectional = String.raw`\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069`;

/** Characters that could move the cursor, hide text or reverse it; not newline and tab. */
const unsafe = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f${bidirectional}]`, "g");

/** The same in JSON text, where JSON itself has escaped what is below a blank. */
const unsafeInJson = new RegExp(String.raw`[\u007f-\u009f${bidirectional}]`, "g");

/** Text of vendors made harmless for a terminal: such characters are shown as `\x1b` or `\u202e`. Newline and tab stay. */
export function sanitize(text: string): string {
  return text.replace(unsafe, visible);
}

/** The same for one cell of a table: newlines and tabs become spaces. */
export function sanitizeCell(text: string): string {
  return sanitize(text.replace(/\s*[\r\n]+\s*|\t/g, " "));
}

/** A value of a line of CSV: line breaks stay, as the standard allows them in quotes. */
export function sanitizeCsv(text: string): string {
  return sanitize(text.replaceAll("\r\n", "\n"));
}

/** Whether `sanitize` changes a text. */
export function isUnsafe(text: string): boolean {
  return text.search(unsafe) !== -1;
}

/** A value of a tab-separated line: tab, newline, return and backslash are written as escapes, other controls made harmless. */
export function sanitizeTsv(text: string): string {
  return sanitize(text.replace(/[\\\t\n\r]/g, (character) => tsvEscapes[character] ?? ""));
}

const tsvEscapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * Text in which no line is a command to a runner of GitHub Actions: `::` at the beginning of a line, blanks aside, and `##[`
 * anywhere. Written as escapes that JSON text may contain, so that it parses to the same value.
 */
export function disarmWorkflowCommands(text: string): string {
  if (!text.includes("::") && !text.includes("##[")) return text;
  return text.replace(/^(\s*):(?=:)/gm, "$1\\u003a").replaceAll("##[", "#\\u0023[");
}

/** JSON text with the control and bidirectional characters in it written as `\uXXXX`; it parses to the same value. */
export function sanitizeJson(json: string): string {
  // A text of ASCII has as many bytes as characters, and of those above only DEL; both are found much faster than by the expression.
  if (Buffer.byteLength(json) === json.length && !json.includes("\u007f")) return json;
  return json.replace(unsafeInJson, (character) => `\\u${hex(character, 4)}`);
}

function visible(character: string): string {
  return character < "\u0100" ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
