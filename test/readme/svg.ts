import type { Run } from "./screen.ts";

const cell = { width: 8.4, height: 19, font: 14 };
const margin = 16;

/** The sixteen colors, on a dark ground; `undefined` is what has none. */
const ground = "#0d1117";
const plain = "#e6edf3";
const palette = [
  ["black", "#6e7681"],
  ["red", "#ff7b72"],
  ["green", "#3fb950"],
  ["yellow", "#d29922"],
  ["blue", "#58a6ff"],
  ["magenta", "#bc8cff"],
  ["cyan", "#39c5cf"],
  ["white", "#b1bac4"],
] as const;

/** A picture of a terminal: text, in whatever monospaced font there is, each run kept to its columns. */
export function drawSvg(rows: readonly Run[][], columns: number, title: string): string {
  const width = round(columns * cell.width + 2 * margin);
  const height = rows.length * cell.height + 2 * margin;
  const used = new Set(rows.flat().flatMap((run) => classes(run)));
  const rules = [
    `text { font: ${cell.font}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: ${plain} }`,
    ...palette.flatMap(([name, color]) => (used.has(name) ? [`.${name} { fill: ${color} }`] : [])),
    ...(used.has("bold") ? [".bold { font-weight: bold }"] : []),
    ...(used.has("dim") ? [".dim { opacity: 0.6 }"] : []),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${xml(title)}</title>`,
    `<style>\n${rules.join("\n")}\n</style>`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    ...rows.flatMap((runs, row) => runs.map((run) => drawRun(run, row))),
    "</svg>\n",
  ].join("\n");
}

function drawRun(run: Run, row: number): string {
  const x = round(margin + run.column * cell.width);
  const y = round(margin + (row + 0.75) * cell.height);
  const names = classes(run);
  const look = names.length === 0 ? "" : ` class="${names.join(" ")}"`;
  const length = `textLength="${round(run.width * cell.width)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x}" y="${y}"${look} ${length}>${xml(run.text)}</text>`;
}

/** Bright colors are drawn as the others: on this ground all of them are. */
function classes({ color, bold, dim }: Run): string[] {
  const name = color === undefined ? undefined : palette[color % 8]?.[0];
  return [...(name === undefined ? [] : [name]), ...(bold ? ["bold"] : []), ...(dim ? ["dim"] : [])];
}

const round = (value: number): number => Math.round(value * 100) / 100;

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
