import measure from "string-width";

const known = new Map<string, number>();

let segmenter: Intl.Segmenter | undefined;

/** What a terminal shows as one character each. Of ASCII without Intl, whose first use takes 25 ms. */
function characters(text: string): Iterable<string> {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns that a text fills at a terminal. Remembered: a table measures each text several times, which is slow for all but ASCII. */
export function stringWidth(text: string): number {
  const width = known.get(text) ?? measure(text);
  if (known.size >= 2000) known.clear();
  known.set(text, width);
  return width;
}

/** The beginning of a text without escape codes that fills at most `width` columns, with an ellipsis when something was left out. */
export function cutText(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const segment of characters(text)) {
    left -= measure(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** A text in lines of at most `width` columns each, broken at blanks where that leaves no line short. */
export function wrapText(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let filled = 0;
  for (const segment of characters(text)) {
    const wide = measure(segment);
    if (filled + wide > width && line !== "") {
      const blank = line.lastIndexOf(" ") + 1;
      const leavesShort = blank < line.length / 2 || line.slice(0, blank).trim() === "";
      const end = segment === " " || leavesShort ? line.length : blank;
      lines.push(line.slice(0, end).trimEnd());
      line = line.slice(end);
      filled = measure(line);
      if (segment === " " && line === "") continue;
    }
    line += segment;
    filled += wide;
  }
  return [...lines, line];
}
