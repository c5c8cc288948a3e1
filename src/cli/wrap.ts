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
