/** JSON text with a line for each element, indented by two. The values stay unchanged, long numbers too. */
export function indentJson(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  const end = (): void => {
    lines.push(line);
    line = "  ".repeat(depth);
  };
  for (const [index, token] of tokens.entries()) {
    const opens = token === "{" || token === "[";
    const closes = token === "}" || token === "]";
    const follows = tokens[index - 1] ?? "";
    if (closes) depth -= 1;
    if (closes && follows !== "{" && follows !== "[") end();
    line += token === ":" ? ": " : token;
    if (opens) depth += 1;
    const next = tokens[index + 1];
    if (token === "," || (opens && next !== "}" && next !== "]")) end();
  }
  lines.push(line);
  return lines.join("\n");
}
