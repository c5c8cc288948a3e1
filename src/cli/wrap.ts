/** A text on as many lines as it needs, none longer than `width` unless a word is. */
export function wrap(text: string, width: number): string[] {
  const rows = [""];
  for (const word of text.split(" ")) {
    const row = rows.pop() ?? "";
    const longer = row === "" ? word : `${row} ${word}`;
    rows.push(...(longer.length > width && row !== "" ? [row, word] : [longer]));
  }
  return rows;
}

/**
 * Paragraphs as lines of at most `width` columns. Lines that are indented by two are a list: each stays a line of its own, and goes on
 * below its text.
 */
export function flow(text: string, width: number): string {
  return text
    .replaceAll(/^(?! )(.+)\n(?=\S)/gm, "$1 ")
    .replaceAll(/\n {3,}(?=\S)/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [head = ""] = /^ {2}(?:\S+ {2,})?/.exec(line) ?? [];
      const [first = "", ...others] = wrap(line.slice(head.length), width - head.length);
      return [head + first, ...others.map((row) => " ".repeat(head.length) + row)];
    })
    .join("\n");
}
