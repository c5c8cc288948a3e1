import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/headless";

/** Characters in a row that look alike. */
export interface Run {
  text: string;
  /** First column, and how many it takes. */
  column: number;
  width: number;
  /** Number of a color of the terminal's sixteen; undefined for its own. */
  color: number | undefined;
  bold: boolean;
  dim: boolean;
}

const mostRows = 500;

/** What a terminal of that width shows in the end of what it got: rows of runs, without the empty ones below. */
export async function readScreen(received: string, columns: number): Promise<Run[][]> {
  const terminal = new Terminal({ cols: columns, rows: mostRows, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  await new Promise<void>((resolve) => terminal.write(received, resolve));
  const buffer = terminal.buffer.active;
  if (buffer.baseY > 0) throw new Error(`more than ${mostRows} rows`);
  const rows: Run[][] = [];
  for (let y = 0; y < buffer.length; y += 1) {
    const line = buffer.getLine(y);
    const runs: Run[] = [];
    let wide = false;
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      // The second half of a wide character, or nothing at all.
      if (cell === undefined || cell.getWidth() === 0 || cell.getCode() === 0) continue;
      if (!cell.isBgDefault() || cell.isFgRGB() || cell.getFgColor() > 15)
        throw new Error(`the picture knows sixteen colors of letters only, not that of "${cell.getChars()}"`);
      const style = {
        color: cell.isFgDefault() ? undefined : cell.getFgColor(),
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
      };
      const width = cell.getWidth();
      const last = runs.at(-1);
      // A wide character stands for itself: its column must not depend on how wide a font draws the one before.
      const joins = last !== undefined && !wide && width === 1 && last.column + last.width === column;
      wide = width > 1;
      if (joins && sameStyle(last, style)) {
        last.text += cell.getChars();
        last.width += width;
      } else runs.push({ text: cell.getChars(), column, width, ...style });
    }
    rows.push(runs.flatMap(withoutGaps));
  }
  return rows.slice(0, rows.findLastIndex((runs) => runs.length > 0) + 1);
}

/** The parts of a run between two blanks or more. */
function withoutGaps(run: Run): Run[] {
  if (run.text.length !== run.width) return [run];
  return [...run.text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
    ...run,
    text,
    column: run.column + index,
    width: text.length,
  }));
}

function sameStyle(a: Pick<Run, "color" | "bold" | "dim">, b: Pick<Run, "color" | "bold" | "dim">): boolean {
  return a.color === b.color && a.bold === b.bold && a.dim === b.dim;
}

/** The same as text alone, each row without the blanks at its end. */
export function toText(rows: readonly Run[][]): string[] {
  return rows.map((runs) => {
    let text = "";
    let end = 0;
    for (const run of runs) {
      text += " ".repeat(run.column - end) + run.text;
      end = run.column + run.width;
    }
    return text.trimEnd();
  });
}
