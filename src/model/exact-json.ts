/* JSON whose long integers keep their digits. */

/** An escape, the end or the beginning of a text, a number. None of them can go on for longer than it is. */
const tokens = /\\[\s\S]|"|-?\d[\d.eE+-]*/g;

/**
 * `JSON.parse`, but an integer above 2^53 becomes a text with all its digits: rounded, the ids of two problems could be the same.
 *
 * @throws {SyntaxError}
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(/\d{16}/.test(text) ? quoteLong(text) : text);
}

/** Whether `parseExactly` makes a text of an integer in it. */
export function hasLongInteger(text: string): boolean {
  return /\d{16}/.test(text) && quoteLong(text) !== text;
}

/** For who reads the result. */
export const longIntegersNotice = "integers beyond 2^53 are written as texts, which keeps their digits";

function quoteLong(text: string): string {
  const parts: string[] = [];
  let [end, inText] = [0, false];
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '"') inText = !inText;
    else if (!inText && /^-?[1-9]\d{15,}$/.test(token) && !Number.isSafeInteger(Number(token))) {
      parts.push(text.slice(end, index), `"${token}"`);
      end = index + token.length;
    }
  }
  return parts.join("") + text.slice(end);
}
